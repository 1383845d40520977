# Pipelines of busybox, run in a cage and by the same busybox on this system: one test a line, "name: command".
# Each starts in an empty folder that holds `words` (numbers in words), `text` and `data` (bytes).
cat: cat words text | cat - | tail -n 5
sort: sort words | uniq -c | sort -rn -k1,1 -k2 | head -n 12
sort-numbers: seq 400 -1 1 | sort -n | sum; seq 1 300 | sort | md5sum
wc: wc words text data; wc -l <words; cat words words words | wc -c
sed: sed -n '3,9p;s/e/E/gp' words | sed '$!N;s/\n/+/' | head -n 20
sed-script: printf '%s\n' one two three | sed -e '1!G;h;$!d'
grep: grep -n -i -E '^(t|s).*y' words | grep -v sixty | cut -d: -f2 | tr a-z A-Z
grep-status: grep -q nothing-like-it words; echo $?; grep -c . words
awk: awk '{ n[length($0)]++ } END { for (k in n) print k, n[k] }' words | sort -n
awk-numbers: seq 1 1000 | awk '{ s += $1 * $1; x = x + 1 / $1 } END { printf "%d %.10f\n", s, x }'
awk-fields: awk -F' ' -v OFS=, 'NR % 7 == 0 { $2 = toupper($1); print NR, $0 }' text
tr: tr -cs a-z '\n' <text | sort -u | paste -s -d ' ' | fold -w 60
cut: cut -c2-5 words | paste - - - | expand -t 8 | head -n 9
find: mkdir -p a/b/c d; touch a/1 a/b/2 a/b/c/3 d/4; find . -type f -name '[0-9]' | sort | xargs ls -1; find a -maxdepth 2 | sort
find-exec: mkdir x; for i in 1 2 3; do echo $i >x/$i; done; find x -type f -exec cat '{}' ';' | sort
find-delete: mkdir y; touch y/1 y/2.o y/3.o; find y -name '*.o' -exec rm -f '{}' ';'; ls y
xargs: seq 1 20 | xargs -n 3 echo
tar: mkdir t; cp words text data t; ln -s words t/link; ln t/text t/hard; tar cf - t | (mkdir u; cd u; tar xf -); ls u/t; cmp t/data u/t/data; readlink u/t/link; stat -c %h u/t/hard
gzip: gzip -c data | gunzip | cmp - data && gzip -c text | zcat | md5sum
bzip2: bzip2 -c data | bunzip2 | sha256sum
ar: cp words text .; ar -t /dev/null 2>/dev/null; echo $?
sums: md5sum words text data; sha1sum data; sha256sum text; sha512sum words; cksum data
od: od -x data | head -n 3; hexdump -C data | tail -n 2; xxd data | sed -n 2p
base64: base64 data | base64 -d | cmp - data && echo same; uuencode name <text | uudecode -o - | md5sum
diff: sed 's/five/FIVE/' words >other; diff -u words other | tail -n +3; diff words other >change; patch words <change; cmp words other; echo $?
ed: printf '2d\n1,3p\nw\nq\n' | ed words; wc -l words
cmp: cmp words text; echo $?
comm: sort words >1; sort -r words | sed 5q | sort >2; comm -12 1 2; comm -13 1 2 | wc -l
tee: seq 3 | tee 1 2 | wc -l; cat 1 2
head-tail: tail -c 20 text; head -c 9 words; tail -n +98 words; head -n -95 words
split: split -l 30 words part-; wc -l part-*; cat part-* | cmp - words
nl: nl -b a words | sed -n '4,6p'; tac words | head -n 2; rev words | head -n 2
factor: factor 4294967295 600851475143 97; expr 7 '*' 6 + 1; expr abcdef : 'abc\(.*\)'
bc: echo '2^200; scale=20; 1/7; sqrt(2)' | bc; echo '5 3 * p 2 ^ p' | dc
printf: printf '%05d|%-6s|%x|%o|%c|%s\n' 42 ab 255 8 z end; printf '%b' 'a\tb\n'; printf '%s ' *; echo
date: date -u -d @86400 '+%Y-%m-%d %H:%M:%S %a %j'; TZ=UTC date -d '2024-02-29 12:00' +%s; cal 2 2024
seq: seq -w 8 11; seq -s , 1 0.5 3
links: ln -s words l; readlink l; cat l | head -n 1; ln words h; stat -c '%h %F %s %A' words l; realpath l | sed 's/.*\///'; rm words; cat l 2>/dev/null || echo dangling
modes: touch f; chmod 640 f; stat -c %a f; chmod u+x,g-r f; stat -c %A f; umask 077; mkdir d; stat -c %a d
move: mkdir d e; mv words d/w; mv d e/d; find . | sort; cp -R e g; diff -r e g && echo equal; rm -r e; ls
fifo: mkfifo p; (cat <p | sort | head -n 3) & cat words >p; wait; echo done
here-document: printf 'cat <<END\nx $((6 * 7)) `echo y`\nEND\ncat <<-"E"\n\t$x\n\tE\n' | sh
background: mkfifo p; (read go <p; echo second) & echo first; echo go >p; wait; echo third
kill: sleep 100 & kill $!; wait $! 2>/dev/null; echo $?; trap 'echo got' USR1; (kill -USR1 $$) 2>/dev/null & wait; wait; echo end
trap: sh -c 'trap "echo bye" EXIT; trap "echo int" INT; kill -INT $$; echo on; exit 3'; echo $?
status: false | true; echo $?; (exit 7); echo $?; ! true; echo $?; nothing-here 2>/dev/null; echo $?
pipe-closed: yes | head -n 2; seq 1 100000 | sed 2q
timeout: timeout 0.05 sleep 5; echo $?; timeout 5 true; echo $?
loops: i=0; while [ $i -lt 200 ]; do i=$((i + 1)); done; echo $i; for w in $(sed 3q words); do echo "<$w>"; done | tr '\n' ' '
functions: f() { local x=$1; [ $x -le 1 ] && echo 1 || echo $((x * $(f $((x - 1))))); }; f 8
case: for w in apple 42 -x ''; do case $w in [0-9]*) echo number;; -*) echo option;; '') echo empty;; *) echo word;; esac; done
expansion: x=path/to/file.tar.gz; echo ${x##*/} ${x%%.*} ${x%.gz} ${#x} ${y:-none} ${x/to/at}; set -- a 'b c' d; echo $# "$2"; IFS=/; set -- $x; echo $1-$2
glob: touch a1 a2 b1 .h; echo a* [!a]*; echo *.none; ls -a | head -n 4
redirect: { echo out; echo err >&2; } 2>&1 >/dev/null; exec 3>file; echo three >&3; exec 3>&-; cat file; cat <file 4<&0 <&4; echo >>file; wc -l <file
read: while read -r a b; do echo "$b:$a"; done <text | head -n 4; echo 'a:b:c' | (IFS=: read x y; echo $y)
long-pipe: cat words | cat | cat | cat | tr a-z A-Z | cat | sort | cat | uniq | cat | wc -l
big-pipe: seq 1 20000 | tac | sort -n | md5sum; dd if=/dev/zero bs=1024 count=300 2>/dev/null | wc -c
env: A=1 env -i B=2 sh -c 'echo ${A-none} $B'; env -i X=y printenv X; id -u >/dev/null && echo id
exec: sh -c 'exec echo replaced'; printf '#!/bin/sh\necho script $1\n' >s; chmod 755 s; ./s one; cp s words; sh words two
nested: echo $(echo $(echo $(echo deep))) `echo back`; (cd /; (cd /tmp; pwd); pwd)
strings: printf 'ab\0hello world\0\1\2xyz' | strings; printf 'a b\nb c\nd a\n' | tsort; unexpand -a text | head -n 1 | wc -c
