import { WorkerCage as WebWorkerCage } from '../web/worker-cage.js';
import { WorkerBox as WebWorkerBox } from '../web/worker-client.js';
import { nodeHost } from './host.js';

/** The box of web/worker-client.js in a worker thread; see node/box.js for why it is a subclass. */
export class WorkerBox extends WebWorkerBox {
  static host = nodeHost;
}

/** The cages of web/worker-cage.js in a worker thread. */
export class WorkerCage extends WebWorkerCage {
  static host = nodeHost;
}

export { WorkerBox as Box, WorkerCage as Cage };
