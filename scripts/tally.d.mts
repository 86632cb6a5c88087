export interface Tally {
	readonly passed: number;
	readonly failed: number;
	readonly skipped: number;
}
export declare function itemOf(name: string, code: number): Tally;
export declare function tallyOf(report: unknown, code: number): Tally;
export declare function add(one: Tally, other: Tally): Tally;
