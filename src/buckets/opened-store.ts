import type { Role } from './access/key-turns.ts';
import type { MemoryBudget } from './content/memory-budget.ts';

/** What all buckets of one data folder share. */
export interface OpenedStore {
  readonly role: Role;
  /** Whether what is acknowledged survives a power cut; the end of the process it always does. */
  readonly isDurable: boolean;
  readonly budget: MemoryBudget;
  /** A file name that no other process and no later call makes. */
  readonly newName: (start?: string) => string;
}
