// Each broken program is found out by the check of its name, and by no other: those that get something wrong at their end, in
// their model, checkpoints or output, or when they are stopped.
import { testBrokenPrograms } from '../support/broken-programs.ts';

testBrokenPrograms('at the end');
