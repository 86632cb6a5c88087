import { chineseWordAt } from './chinese.ts';

/** Words that, at the head of a clause, ask for something to be done. */
const verbs = new Set(
	`add append apply approve archive attach calculate cancel capture change check clear click clone close commit compare compile compose
	compress compute connect convert copy count create cut deliver delete deploy describe download draft drag edit email enter erase examine
	execute explain export extract fetch fill find finish follow forward gather generate get give go grep import insert inspect install
	invite join keep kill launch leave list load locate log look lookup mail make mark measure merge message move navigate note notify open
	order overwrite pack paste ping place post prepare press print publish pull push put query read rearrange rebuild record refresh register
	reload remind remove rename reopen replace reply report reset resize respond restart restore resume retry return reverse revert review
	rewrite run save say scan schedule scroll search select send set share show sign sort split start stop store submit subscribe sum
	summarise summarize sync take tell test text track translate transfer trash turn type undo unpack unzip update upload use validate verify
	view visit wait watch write zip click book call contact file invoice display enumerate browse shutdown mkdir touch`.split(
		/\s+/,
	),
);

/** Verbs that are as often nouns; only what follows tells. */
const alsoNouns = new Set(
	`archive book call change check contact copy count cut display draft email file forward invoice list load lookup log look mail mark
	measure message move note order paste place post press print query record report review run save scan schedule scroll search share
	show sign sort split start stop store sum test text touch track transfer trash turn type update use view visit watch wait zip import
	export download upload attach commit reset return open close order message ping clone state read write`.split(/\s+/),
);

/** What begins the object of a verb. */
const objectStart =
	/^(?:a|an|the|this|that|these|those|it|them|its|their|my|our|your|me|us|him|her|all|every|each|both|any|some|one|another|everything|\d.*|for|to|with|in|into|on|at|from|as|out|up|down|back|through|whether|what|who|how|if|of)$/i;
const determiner =
	/^(?:a|an|the|this|that|these|those|it|them|its|their|my|our|your|me|us|him|her|all|every|each|both|any|some|everything|\d.*)$/i;

const opening =
	/^(?:(?:and|then|also|next|finally|lastly|first|firstly|second|secondly|third|thirdly|afterwards|now|please|kindly|just|go ahead and|i want you to|i'd like you to|i would like you to|i want to|i'd like to|i need to|i need you to|can you|could you|would you|will you|you should|you can|let's|let us|help me(?: to)?|try to|to)\b[\s,:]*)+/i;
const chineseOpening =
	/^(?:(?:请|麻烦|帮我|帮忙|给我|我想|我要|我需要|首先|先|然后|接着|之后|随后|最后|再|并且|并|同时|另外|还要|还|也|以及|和)[\s,，:：]*)+/u;

/** A clause without the words that only lead up to it. */
export function bareClause(text: string): string {
	return text.trim().replace(opening, '').replace(chineseOpening, '').trim();
}

/** Whether a clause asks for something by itself: a verb, and behind it what the verb needs. */
export function isTask(clause: string, isKnownVerb: (word: string) => boolean = () => false): boolean {
	const bare = bareClause(clause);
	if (/^\p{Script=Han}/u.test(bare)) return isChineseTask(bare);
	const [first = '', second = ''] = bare.split(/[\s,]+/);
	const verb = first.toLowerCase().replace(/[^\p{L}-]/gu, '');
	if (second === '' || !(verbs.has(verb) || isKnownVerb(verb))) return false;
	// What only a Card calls a verb may be the domain it is in.
	if (verbs.has(verb) && !alsoNouns.has(verb)) return !/^(?:and|or|of|is|are|was|were)$/i.test(second);
	return determiner.test(second) || /^[^a-z]/.test(second) || strongObject(second);
}

/** A plain noun after a word that is verb and noun alike: "open tickets" is no task, "notify bob" is. */
function strongObject(word: string): boolean {
	return objectStart.test(word) && !/^(?:of|for|in|from|on|at|with|as|if|how|what|who|whether)$/i.test(word);
}

/** Whether a clause is a verb alone, whose object comes behind another verb. */
export function isLoneVerb(clause: string): boolean {
	const bare = bareClause(clause).toLowerCase();
	return verbs.has(bare);
}

const looking =
	/^(?:read|show|list|find|search|view|display|look|see|count|describe|explain|tell|what|what's|which|who|whose|where|when|how|is|are|was|were|does|do|did|has|have|grep|inspect|locate)$/;
const changing =
	/^(?:add|create|make|write|save|edit|change|update|modify|delete|remove|erase|move|rename|copy|send|reply|answer|forward|notify|remind|leave|note|log|set|mark|archive|insert|append|replace|undo|apply|register|cancel|post|submit|email|mail|store|put|trash|flag|record|schedule|attach|upload|click|fill|type|press)$/;

/** The first Chinese verb of a clause, which may say first where or with what. */
function firstVerbOf(clause: string): string | undefined {
	for (let at = 0; at < Math.min(clause.length, 40); ) {
		const word = chineseWordAt(clause, at);
		if (word?.verb) return word.stems[0];
		at += word?.length ?? 1;
	}
	return undefined;
}

/** Whether an instruction asks to see something or to change it, where its first word leaves no doubt. */
export function askedFor(instruction: string): 'look' | 'change' | undefined {
	const bare = bareClause(instruction);
	const first = /^[\p{L}']+/u.exec(bare)?.[0].toLowerCase() ?? '';
	const verb = /^\p{Script=Han}/u.test(first) ? (firstVerbOf(bare) ?? '') : first;
	// "Emails from Bob" names what is to be seen.
	if (/^[a-z]{3,}s$/.test(verb) && !verbs.has(verb)) return 'look';
	return looking.test(verb) ? 'look' : changing.test(verb) ? 'change' : undefined;
}

const handling = /^(?:把|将|给|用|在|从|对|向|为|让|去|到)/u;

function isChineseTask(bare: string): boolean {
	const run = /^\p{Script=Han}+/u.exec(bare)?.[0] ?? '';
	if (/^(?:通知|邮件|消息|记录|主题|标题|内容|附件|邮箱|电话|地址|姓名|名字|金额)(?:的|为|是|内容|标题|$)/u.test(run))
		return false;
	if (isChineseVerb(run, 0)) return true;
	if (!handling.test(run)) return false;
	return [...bare.slice(0, 40)].some((_, at) => at > 0 && isChineseVerb(bare, at));
}

function isChineseVerb(text: string, at: number): boolean {
	return chineseWordAt(text, at)?.verb === true;
}
