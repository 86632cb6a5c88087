import { stripVTControlCharacters } from 'node:util';

/** Columns as wide as they need to be; the last one is left as it is. */
export function table(rows: readonly (readonly string[])[]): string {
	const widths: number[] = [];
	for (const row of rows) {
		for (const [column, cell] of row.slice(0, -1).entries())
			widths[column] = Math.max(widths[column] ?? 0, widthOf(cell));
	}
	return rows
		.map((row) =>
			row
				.map((cell, column) => padded(cell, widths[column]))
				.join('  ')
				.trimEnd(),
		)
		.join('\n');
}

function padded(cell: string, width = 0): string {
	return cell + ' '.repeat(Math.max(0, width - widthOf(cell)));
}

function widthOf(cell: string): number {
	return stripVTControlCharacters(cell).length;
}
