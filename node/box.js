import { Box as WebBox } from '../web/box.js';
import { nodeHost } from './host.js';

/**
 * The box of web/box.js with Node's host: inputs may be paths. Inheriting is only how a static member gets
 * another value while `Box` stays one class with one set of types; no behaviour is overridden.
 */
export class Box extends WebBox {
  static host = nodeHost;
}
