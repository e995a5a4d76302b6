/**
 * The Hungarian method: pairs rows with columns so that the sum of costs is least; of a rectangular table each row or
 * each column of the smaller side gets one partner. Among equal sums the outcome is always the same one.
 * O(rows^2 x columns). Source: Kuhn's method with potentials, shortest augmenting paths (Jonker and Volgenant).
 *
 * @param costs  [rows][columns], finite
 * @returns pairs in the order of their rows
 */
export function leastCostPairs(
  costs: readonly (readonly number[])[],
): { readonly row: number; readonly column: number }[] {
  const rows = costs.length;
  const columns = costs[0]?.length ?? 0;
  if (rows === 0 || columns === 0) return [];
  if (rows > columns) {
    const turned = Array.from({ length: columns }, (_, column) => costs.map((row) => row[column] as number));
    return leastCostPairs(turned)
      .map(({ row, column }) => ({ row: column, column: row }))
      .sort((a, b) => a.row - b.row);
  }
  const rowOf = assignRows(costs, rows, columns);
  const pairs: { row: number; column: number }[] = [];
  rowOf.forEach((row, column) => {
    if (row >= 0) pairs.push({ row, column });
  });
  return pairs.sort((a, b) => a.row - b.row);
}

/** For each column the row it goes to, or -1. */
function assignRows(costs: readonly (readonly number[])[], rows: number, columns: number): Int32Array {
  const rowOf = new Int32Array(columns + 1).fill(-1); // the last column is the start of every search
  const rowPotential = new Float64Array(rows);
  const columnPotential = new Float64Array(columns + 1);
  for (let row = 0; row < rows; row++) {
    const previous = new Int32Array(columns + 1).fill(-1);
    const distance = new Float64Array(columns + 1).fill(Number.POSITIVE_INFINITY);
    const isDone = new Uint8Array(columns + 1);
    let column = columns;
    rowOf[column] = row;
    while ((rowOf[column] as number) >= 0) {
      isDone[column] = 1;
      column = relax({
        costs,
        columns,
        column,
        rowOf,
        rowPotential,
        columnPotential,
        previous,
        distance,
        isDone,
      });
    }
    while (column !== columns) {
      const before = previous[column] as number;
      rowOf[column] = rowOf[before] as number;
      column = before;
    }
  }
  return rowOf.subarray(0, columns);
}

interface Search {
  readonly costs: readonly (readonly number[])[];
  readonly columns: number;
  readonly column: number;
  readonly rowOf: Int32Array;
  readonly rowPotential: Float64Array;
  readonly columnPotential: Float64Array;
  readonly previous: Int32Array;
  readonly distance: Float64Array;
  readonly isDone: Uint8Array;
}

/** Looks from one column's row at all open columns, goes to the nearest and shifts the potentials by that way. */
function relax(search: Search): number {
  const { costs, columns, column, rowOf, rowPotential, columnPotential, previous, distance, isDone } = search;
  const row = rowOf[column] as number;
  let shortest = Number.POSITIVE_INFINITY;
  let nearest = -1;
  for (let next = 0; next < columns; next++) {
    if (isDone[next]) continue;
    const way =
      (costs[row]?.[next] as number) - (rowPotential[row] as number) - (columnPotential[next] as number);
    if (way < (distance[next] as number)) {
      distance[next] = way;
      previous[next] = column;
    }
    if ((distance[next] as number) < shortest) {
      shortest = distance[next] as number;
      nearest = next;
    }
  }
  for (let next = 0; next <= columns; next++) {
    if (isDone[next]) {
      const reached = rowOf[next] as number;
      rowPotential[reached] = (rowPotential[reached] as number) + shortest;
      columnPotential[next] = (columnPotential[next] as number) - shortest;
    } else {
      distance[next] = (distance[next] as number) - shortest;
    }
  }
  return nearest;
}
