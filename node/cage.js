import { Cage as WebCage } from '../web/cage.js';
import { nodeHost } from './host.js';

/** The cages of web/cage.js with Node's host: inputs may be paths; see node/box.js. */
export class Cage extends WebCage {
  static host = nodeHost;
}
