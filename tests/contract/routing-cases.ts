/** An instruction and what it should come to. */
export interface RoutingCase {
	readonly say: string;
	readonly agent: string;
	/** The Skill that is called for these words; the last one, where another has to come before it. */
	readonly skill: string;
	/** Arguments the words must give; others may be there. */
	readonly args?: Readonly<Record<string, unknown>>;
}

const files: readonly [string, string, Record<string, unknown>?][] = [
	['read README.md', 'fs_read', { path: 'README.md' }],
	['show me the first 20 lines of server.log', 'fs_read', { path: 'server.log', limit: 20 }],
	['what is written in notes/todo.txt?', 'fs_read', { path: 'notes/todo.txt' }],
	['print the contents of package.json', 'fs_read', { path: 'package.json' }],
	['find README.md in this folder', 'fs_find', { glob: 'README.md', path: '.' }],
	['find all *.pdf files in docs', 'fs_find', { glob: '*.pdf', path: 'docs' }],
	['where is the file called budget.xlsx', 'fs_find', { glob: 'budget.xlsx' }],
	['which files changed since yesterday', 'fs_find', { modifiedAfter: '2026-11-21' }],
	['find files larger than 10 MB', 'fs_find', { minSize: 10_000_000 }],
	['list the files in src', 'fs_list', { path: 'src' }],
	['what is in this folder?', 'fs_list', { path: '.' }],
	['search for "TODO" in src/**/*.ts', 'fs_search', { pattern: 'TODO', glob: 'src/**/*.ts' }],
	['which files mention "invoice 4711"', 'fs_search', { pattern: 'invoice 4711' }],
	['grep for listen in this project', 'fs_search'],
	['how big is report.pdf', 'fs_stat', { paths: ['report.pdf'] }],
	['give me the checksum of backup.zip', 'fs_stat', { paths: ['backup.zip'] }],
	['write "buy milk" to list.txt', 'fs_write', { path: 'list.txt', text: 'buy milk' }],
	['append "one more line" to notes.md', 'fs_write', { path: 'notes.md', text: 'one more line', mode: 'append' }],
	['replace "localhost" by "example.com" in config.ini', 'fs_edit', { path: 'config.ini' }],
	['copy config.json to config.backup.json', 'fs_copy', { from: 'config.json', to: 'config.backup.json' }],
	['rename draft.txt to final.txt', 'fs_move', { from: 'draft.txt', to: 'final.txt' }],
	['move photo.jpg into album/', 'fs_move', { from: 'photo.jpg', to: 'album/' }],
	['make a folder called archive', 'fs_mkdir', { path: 'archive' }],
	['delete old.log', 'fs_remove', { paths: ['old.log'] }],
	['throw away a.tmp and b.tmp', 'fs_remove', { paths: ['a.tmp', 'b.tmp'] }],
	['undo the last change to the file', 'fs_undo'],
	['run npm test', 'shell_run', { command: 'npm test' }],
	['run `git status` in ./app', 'shell_run', { command: 'git status', cwd: './app' }],
	['which folders may you use?', 'fs_roots'],
	['how much disk space is free', 'fs_roots'],
	['which programs are installed on this machine', 'system_info'],
	['读取 README.md', 'fs_read', { path: 'README.md' }],
	['列出当前文件夹里的文件', 'fs_list', { path: '.' }],
	['查找所有 *.md 文件', 'fs_find', { glob: '*.md' }],
	['搜索包含“TODO”的文件', 'fs_search', { pattern: 'TODO' }],
	['删除 old.txt', 'fs_remove', { paths: ['old.txt'] }],
	['运行命令 `ls -la`', 'shell_run', { command: 'ls -la' }],
];

const browser: readonly [string, string, Record<string, unknown>?][] = [
	['open http://127.0.0.1:8080/ in the browser', 'browser_open', { url: 'http://127.0.0.1:8080/' }],
	['go to example.com', 'browser_open', { url: 'https://example.com' }],
	['visit localhost:3000/admin', 'browser_open', { url: 'http://localhost:3000/admin' }],
	['read the page', 'browser_read'],
	['what does the page say about opening hours?', 'browser_read'],
	['summarise this web page', 'browser_read'],
	['take a screenshot', 'browser_screenshot'],
	['take a picture of http://127.0.0.1:8080/', 'browser_screenshot'],
	['click "Sign in"', 'browser_click'],
	['press the Save button on the page', 'browser_click'],
	['type "weather Berlin" into the search box', 'browser_fill', { text: 'weather Berlin' }],
	['find the login button on the page', 'browser_find', { text: 'login button' }],
	['go back to the previous page', 'browser_back'],
	['close the browser', 'browser_close'],
	['which tabs are open', 'browser_tabs'],
	['wait until the page says "Done"', 'browser_wait', { text: 'Done' }],
	['download https://example.com/report.csv', 'browser_download', { url: 'https://example.com/report.csv' }],
	['打开 http://127.0.0.1:8080/', 'browser_open', { url: 'http://127.0.0.1:8080/' }],
	['阅读网页内容', 'browser_read'],
	['给网页截图', 'browser_screenshot'],
];

const messaging: readonly [string, string, Record<string, unknown>?][] = [
	['leave a notification saying "Switchboard is ready"', 'notify_send', { title: 'Switchboard is ready' }],
	['leave me a notification titled "Switchboard is ready"', 'notify_send', { title: 'Switchboard is ready' }],
	['notify me that the backup is finished', 'notify_send', { title: 'the backup is finished' }],
	['show my unread mail', 'msg_search', { unread: true }],
	['find the e-mail from Ada about the invoice', 'msg_search', { from: 'Ada' }],
	['which mails with attachments came since Monday', 'msg_search', { hasAttachment: true, since: '2026-11-16' }],
	['read the mail from Ada', 'msg_read'],
	[
		'draft an e-mail to ada@example.com that I will be late',
		'msg_draft',
		{ to: ['ada@example.com'], body: 'I will be late' },
	],
	[
		'write a mail to bob@example.com with subject "Lunch" saying "at noon?"',
		'msg_draft',
		{ to: ['bob@example.com'], subject: 'Lunch', body: 'at noon?' },
	],
	['send an email to bob@example.com saying "the build is green"', 'msg_send'],
	['send the draft', 'msg_send'],
	['which mail accounts do I have', 'msg_accounts'],
	['how many mail folders are there', 'msg_folders'],
	['make a mail folder Projects', 'msg_folders', { create: 'Projects' }],
	["what is Ada's e-mail address", 'contacts_resolve', { name: 'Ada' }],
	['show the whole conversation', 'msg_thread'],
	['archive the newsletter', 'msg_update', { action: 'archive' }],
	['was my mail sent?', 'msg_outbox'],
	['发送通知：“任务完成”', 'notify_send', { title: '任务完成' }],
	['查看未读邮件', 'msg_search', { unread: true }],
	['给 bob@example.com 发邮件，内容是“你好”', 'msg_send'],
];

const business: readonly [string, string, Record<string, unknown>?][] = [
	[
		'add a contact Ada Example with email ada@example.test to the CRM',
		'contact_add',
		{ name: 'Ada Example', email: 'ada@example.test' },
	],
	[
		'then add a contact named Ada Example with the email ada@example.com',
		'contact_add',
		{ name: 'Ada Example', email: 'ada@example.com' },
	],
	[
		'note a contact: Ben Sample from Example Ltd, phone +43 1 234567',
		'contact_add',
		{ name: 'Ben Sample', company: 'Example Ltd', phone: '+43 1 234567' },
	],
	['save Cara Test <cara@example.test> as a contact', 'contact_add', { name: 'Cara Test', email: 'cara@example.test' }],
	['add the company Example Ltd to the CRM', 'biz_create', { kind: 'company', name: 'Example Ltd' }],
	[
		'create a deal Website relaunch for Example Ltd over 5000 EUR',
		'biz_create',
		{ kind: 'deal', name: 'Website relaunch', company: 'Example Ltd', amount: '5000' },
	],
	['log a call with Ada Example about the offer', 'biz_create', { kind: 'call', contact: 'Ada Example' }],
	['note a task in the CRM: call Ben Sample back, due 2026-12-01', 'biz_create', { kind: 'task', date: '2026-12-01' }],
	['find Ada Example in the CRM', 'biz_search', { text: 'Ada Example' }],
	['which invoices are still open', 'biz_search', { entity: 'invoice' }],
	['list the deals of Example Ltd', 'biz_search', { entity: 'deal', text: 'Example Ltd' }],
	['how many deals are in each stage', 'biz_aggregate', { entity: 'deal' }],
	['sum up the invoices by month', 'biz_aggregate', { entity: 'invoice' }],
	['which fields does an invoice have', 'biz_describe', { entity: 'invoice' }],
	['who changed this contact', 'biz_history'],
	['what kinds of records does the CRM have', 'biz_entities'],
	['show me the record crm:contact:k3v9', 'biz_get', { ref: 'crm:contact:k3v9' }],
	['which business systems are connected', 'biz_connections'],
	['take back the contact I just added', 'biz_undo'],
	['添加联系人张三，邮箱 zhang@example.test', 'contact_add', { name: '张三', email: 'zhang@example.test' }],
	['在 CRM 里查找联系人 Ada Example', 'biz_search', { text: 'Ada Example' }],
];

const of = (agent: string, list: typeof files): readonly RoutingCase[] =>
	list.map(([say, skill, args]) => ({ say, agent, skill, ...(args !== undefined && { args }) }));

export const routingCases: readonly RoutingCase[] = [
	...of('fs-shell', files),
	...of('browser', browser),
	...of('messaging', messaging),
	...of('business', business),
];

/** What none of the four Agents does, some of it in their own words. */
export const nothingHere: readonly string[] = [
	'order a pizza',
	'what is the weather in Berlin',
	'book a flight to Rome',
	'tell me a joke',
	'translate this text to French',
	'play some music',
	'turn on the lights in the kitchen',
	'buy a ticket for the concert',
	'draw a picture of a cat',
	'who won the football match yesterday',
	'what is the capital of France',
	'set an alarm for 7 am',
	'call a taxi',
	'convert 5 miles to kilometres',
	'solve this equation',
	'explain quantum physics',
	'train a neural network',
	'rotate the image by 90 degrees',
	'recommend a good book',
	'print the document on the office printer',
	'今天天气怎么样',
	'订一张去北京的机票',
	'播放音乐',
	'讲个笑话',
];
