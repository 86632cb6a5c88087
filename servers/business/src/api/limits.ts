/** Largest document of an API, which is also the largest answer that is read whole. */
export const maxDocumentBytes = 64 * 1024 * 1024;
