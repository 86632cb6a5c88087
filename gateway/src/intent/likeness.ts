import { stemOf } from './adapters/stem.ts';

/** Words of computing and office work that mean much the same when someone asks for something; behind `>` what a word stands for, but not the other way. */
const groups = `
read show display view print get fetch
write save store
create add make insert register
edit change modify update amend replace
delete remove erase discard trash
find locate search lookup query
list enumerate browse
open visit navigate browse goto
load > open
rid > remove delete
send deliver dispatch
run execute launch start
stop kill end terminate quit
move rename relocate
copy duplicate clone
compress zip archive pack tar
extract unzip unpack decompress
undo revert restore rollback
download fetch
click press tap push
fill type enter input
capture screenshot snapshot
wait await
notify notification alert remind reminder ping
mail email message inbox
folder directory dir
file document
page webpage website site web url
browser chrome tab
command shell terminal script
contact person people customer client
company organization organisation firm business
deal opportunity lead
invoice bill
order purchase
record entry row
table sql database
crm > contact company deal
draft compose
reply answer respond
attachment attach
summary summarise summarize sum total aggregate count
schema fields columns structure
size large big
picture image photo
text content words
api endpoint operation service
meeting appointment event calendar
price cost amount
weather forecast
stock share
`;

const likes = new Map<string, Set<string>>();
for (const line of groups.trim().split('\n')) {
	const [left = '', right] = line.split(' > ');
	const [from, to] = [stemsOf(left), stemsOf(right ?? left)];
	for (const stem of from) likes.set(stem, new Set([...(likes.get(stem) ?? []), ...to]));
}

function stemsOf(line: string): string[] {
	return line.split(' ').map(stemOf);
}

/** The stems that mean much the same as this one. */
export function groupOf(stem: string): readonly string[] {
	return [...(likes.get(stem) ?? [])];
}
