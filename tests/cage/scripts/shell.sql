CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT, c REAL);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
  INSERT INTO t SELECT i, printf('row %05d', i * 7919 % 2003), i / 7.0 FROM n;
CREATE INDEX tb ON t(b);
SELECT count(*), sum(a), round(avg(c), 6), min(b), max(b) FROM t;
BEGIN; DELETE FROM t WHERE a % 3 = 0; SELECT count(*) FROM t; ROLLBACK; SELECT count(*) FROM t;
UPDATE t SET b = upper(b) WHERE a % 5 = 0;
SELECT a, b, round(c, 4) FROM t WHERE b GLOB 'ROW 01*' ORDER BY b LIMIT 5;
EXPLAIN QUERY PLAN SELECT * FROM t WHERE b = 'row 00001';
SELECT b, count(*) OVER (ORDER BY a ROWS 3 PRECEDING), lag(c) OVER (ORDER BY a) FROM t LIMIT 4;
SELECT json_extract('{"a":[1,2,{"b":3}]}', '$.a[2].b'), strftime('%Y-%j', '2024-02-29'), hex(zeroblob(4));
PRAGMA journal_mode = persist; INSERT INTO t VALUES (5000, 'last', 0.5); PRAGMA integrity_check;
SAVEPOINT s; INSERT INTO t SELECT a + 10000, b, c FROM t WHERE a < 50; ROLLBACK TO s; RELEASE s;
INSERT INTO t VALUES (1, 'twice', 0);
ATTACH 'other.db' AS o; CREATE TABLE o.u AS SELECT a, b FROM t WHERE a < 10; SELECT group_concat(b, ';') FROM o.u; DETACH o;
VACUUM;
.mode csv
.once out.csv
SELECT a, b FROM t WHERE a % 400 = 0;
.import out.csv v
SELECT count(*) FROM v;
.schema
.dump v
SELECT sin(1), pow(2, 0.5), 1e308 * 10, 9223372036854775807 + 0;
PRAGMA integrity_check;
