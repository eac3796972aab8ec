// Runs on a thread of its own: sums pieces of files.
import { parentPort } from 'node:worker_threads';
import { CHUNK_BYTES, type Piece, sumPiece } from './sum-piece.ts';

const port = parentPort;
const chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
port?.on('message', (pieces: readonly Piece[]) => port.postMessage(pieces.map((piece) => sumPiece(piece, chunk))));
