/**
 * The table that translated functions go into, behind the core's own. Places that are given back are used again, so
 * that the table is as large as what was in use at one time.
 */

/** @typedef {{first: number, count: number}} Places */

export class FunctionTable {
  #table;
  /** What is free, by place, no two of them side by side. @type {Places[]} */
  #free = [];

  /** @param {WebAssembly.Table} table */
  constructor(table) {
    this.#table = table;
  }

  /** @param {number} place @returns {Function | null} */
  get(place) {
    return this.#table.get(place);
  }

  /** @param {Function[]} functions @returns {Places} side by side */
  add(functions) {
    const places = this.#take(functions.length);
    functions.forEach((each, index) => { this.#table.set(places.first + index, each); });
    return places;
  }

  /** @param {number} count @returns {Places} */
  #take(count) {
    const index = this.#free.findIndex((each) => each.count >= count);
    if (index < 0) return { first: this.#table.grow(count), count };
    const { first, count: room } = this.#free[index];
    if (room === count) this.#free.splice(index, 1);
    else this.#free[index] = { first: first + count, count: room - count };
    return { first, count };
  }

  /** Nothing calls them again. @param {Places} places from add */
  give({ first, count }) {
    for (let place = first; place < first + count; place += 1) this.#table.set(place, null);
    const index = this.#free.findIndex((each) => each.first > first);
    const at = index < 0 ? this.#free.length : index;
    this.#free.splice(at, 0, { first, count });
    this.#join(at);
    this.#join(at - 1);
  }

  /** Makes one of two that lie side by side. @param {number} at the first of them */
  #join(at) {
    const [one, next] = [this.#free[at], this.#free[at + 1]];
    if (!one || !next || one.first + one.count !== next.first) return;
    this.#free.splice(at, 2, { first: one.first, count: one.count + next.count });
  }
}
