export type Cell = string | number | boolean | null | undefined;

/** RFC 4180, with a byte-order mark so that spreadsheets read UTF-8. Text that a spreadsheet would run is disarmed. */
export function toCsv(head: string[], rows: Cell[][]): string {
  return `\uFEFF${[head, ...rows].map((row) => row.map(field).join(',')).join('\r\n')}\r\n`;
}

function field(cell: Cell): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell !== 'string') return String(cell);
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** "Over time" -> "over-time.csv". */
export const fileName = (label: string, ending: string) =>
  `${label.replaceAll(/[^\p{L}\p{N}]+/gu, '-').toLowerCase()}.${ending}`;

export function download(name: string, content: Blob | string, type = 'text/csv;charset=utf-8'): void {
  const blob = typeof content === 'string' ? new Blob([content], { type }) : content;
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
