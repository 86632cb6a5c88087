const namePart = String.raw`\p{Lu}[\p{L}\p{M}'’.-]*`;
const nameJoin = String.raw`(?:\s+(?:van|von|de|der|den|da|di|del|la|le|bin|al|of|and|&)(?=\s+\p{Lu}))*`;
const namePattern = new RegExp(
	String.raw`(?<![\p{L}\p{N}])${namePart}(?:${nameJoin}\s+(?:${namePart}|\p{Lu})){0,6}(?:\s+(?:in|up|out|on|off|over)(?=\s*$))?`,
	'gu',
);
const chineseName =
	/(?:联系人|客户|公司|名为|名叫|叫做|叫|姓名(?:是|为)?|给(?=\p{Script=Han}{2,4}(?:发|写|打|寄|回)))\s*([\p{Script=Han}·]{2,12}?)(?=的|[，,。；;]|\s|邮箱|电子邮件|邮件|电话|发|到|$)/gu;
const notNames =
	/^(?:I|I'm|I'd|CRM|ERP|API|URL|PDF|HTML|CSV|JSON|SQL|TODO|FIXME|README|AM|PM|OK|SMS|Please|The|This|That|And|Then|With|From|To|In|On|At|For|Of|A|An|My|Our|Its|It)$/;

/** Names of people and companies: capitals inside a sentence, and what follows a Chinese word for them. */
export function namesIn(text: string): { start: number; end: number }[] {
	const opening = /^\s*[\p{L}'’-]+/u.exec(text)?.[0].length ?? 0;
	const names: { start: number; end: number }[] = [];
	for (const { index, 0: whole } of text.matchAll(namePattern)) {
		let [start, said] = [index, whole.replace(/(?:['’]s)?[.'’-]*$/, '')];
		// A sentence begins with a capital that says nothing.
		while (start < opening || notNames.test(said.split(/\s+/)[0] ?? '')) {
			const skip = /^\S+(?:\s+|$)/.exec(said)?.[0].length ?? said.length;
			start += skip;
			said = said.slice(skip);
			if (said === '') break;
		}
		if (said !== '') names.push({ start, end: start + said.length });
	}
	for (const match of text.matchAll(chineseName)) {
		const said = match[1] ?? '';
		const start = match.index + match[0].length - said.length;
		if (!names.some((other) => start < other.end && other.start < start + said.length))
			names.push({ start, end: start + said.length });
	}
	return names;
}
