/** The cells of each row: divided by commas, or by semicolons or tabs where the first row has more of those; a cell in quotes may hold all of them, and line ends. Source: RFC 4180. */
export function rowsOfCsv(text: string): string[][] {
  const [first = ''] = text.split(/\r\n|[\r\n]/u);
  const count = (sign: string): number => first.split(sign).length;
  const [divider = ','] = [',', ';', '\t'].toSorted((a, b) => count(b) - count(a));
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at] as string; // below its length
    if (isQuoted && sign === '"' && text[at + 1] === '"') {
      cell += '"';
      at++;
    } else if (sign === '"' && (isQuoted || cell.trim() === '')) isQuoted = !isQuoted;
    else if (isQuoted || (sign !== divider && sign !== '\n' && sign !== '\r')) cell += sign;
    else {
      row.push(cell);
      cell = '';
      if (sign === divider) continue;
      if (sign === '\r' && text[at + 1] === '\n') at++;
      rows.push(row);
      row = [];
    }
  }
  return cell !== '' || row.length > 0 ? [...rows, [...row, cell]] : rows;
}
