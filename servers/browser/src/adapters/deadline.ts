/** Settles as `work` does, or with what `late` throws where that takes longer. */
export async function within<T>(work: Promise<T>, ms: number, late: () => never): Promise<T> {
	let timer: NodeJS.Timeout | undefined;
	const alarm = new Promise<never>((_, reject) => {
		timer = setTimeout(() => {
			try {
				late();
			} catch (error) {
				reject(error);
			}
		}, ms);
	});
	try {
		return await Promise.race([work, alarm]);
	} finally {
		clearTimeout(timer);
	}
}
