/** How many ranks each host runs, in the order of the distribution. */
export type RankLayout = readonly number[];

/** Where one rank stands. */
export interface RankPosition {
  readonly layout: RankLayout;
  readonly nodeRank: number;
  readonly localRank: number;
  readonly masterHost: string;
  readonly masterPort: number;
}

/** The variables by which a program finds the other ranks: those that PyTorch reads, and all that followed it. */
export function rankVariables(position: RankPosition): Readonly<Record<string, string>> {
  const { layout, nodeRank, localRank } = position;
  return {
    RANK: String(sum(layout.slice(0, nodeRank)) + localRank),
    LOCAL_RANK: String(localRank),
    WORLD_SIZE: String(sum(layout)),
    LOCAL_WORLD_SIZE: String(layout[nodeRank] ?? 0),
    NODE_RANK: String(nodeRank),
    MASTER_ADDR: position.masterHost,
    MASTER_PORT: String(position.masterPort),
  };
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
