import type { Place, Scope } from '../places.ts';
import type { Position, SearchRequest } from './search.ts';

/** Finds lines that match, in any order. */
export interface Matcher {
	readonly name: 'ripgrep' | 'built in';
	positions(place: Place, request: SearchRequest, scope: Scope): AsyncIterable<Position>;
}
