import type { createAims } from './aim.ts';
import type { createFields } from './fields.ts';
import type { createOutline } from './outline.ts';
import type { createReading } from './reading.ts';
import type { createSettling } from './settle.ts';

/** What our code inside a document answers to, in a world of its own that the page cannot reach. */
export type PageApi = ReturnType<typeof createOutline> &
	Pick<ReturnType<typeof createAims>, 'aim' | 'outward' | 'box'> &
	ReturnType<typeof createFields> &
	ReturnType<typeof createSettling> &
	ReturnType<typeof createReading>;
