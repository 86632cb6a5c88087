/** A request of a page that did not get through. */
export interface Incident {
	readonly kind: 'refused' | 'unreachable';
	readonly origin: string;
	/** In words that follow the origin. */
	readonly why: string;
}

export interface Incidents {
	add(incident: Incident): void;
	/** Starts anew and returns what has been since, each origin once. */
	take(): readonly Incident[];
	/** What has been since the last `take`. */
	of(origin: string): Incident | undefined;
}

/** Bounded, since a page may ask a thousand times. */
export function createIncidents(most = 50): Incidents {
	const kept = new Map<string, Incident>();
	return {
		add(incident) {
			if (kept.size < most) kept.set(incident.origin, incident);
		},
		take() {
			const all = [...kept.values()];
			kept.clear();
			return all;
		},
		of: (origin) => kept.get(origin),
	};
}
