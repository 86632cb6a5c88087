import { stemOf } from './adapters/stem.ts';

/** Words that ask for something, and what they are in English. */
const verbs = `
读取 read|阅读 read|读一下 read|读 read|看一下 read show|看看 read show|看 read|查看 read show|显示 show|打印 print|获取 get|取得 get
写入 write|写 write|保存 save|存储 save|存到 save|创建 create|新建 create|建立 create|添加 add|增加 add|新增 add|加入 add|记录 record|记下 add note|登记 record
编辑 edit|修改 edit|更改 change|更新 update|替换 replace|删除 delete|移除 remove|清除 remove|删掉 delete|删 delete|清空 empty
查找 find|寻找 find|找到 find|找出 find|找一下 find|找 find|搜索 search|搜寻 search|检索 search|查询 query|搜 search|查一下 search|查 search
列出 list|浏览 browse|打开 open|访问 visit open|进入 open|加载 load|关闭 close|转到 open
发送 send|发给 send|寄给 send|寄 send|发 send|运行 run|执行 run|启动 start|停止 stop|终止 kill
移动 move|重命名 rename|改名 rename|复制 copy|拷贝 copy|压缩 archive zip|打包 archive|解压 extract|提取 extract|撤销 undo|恢复 restore
下载 download|上传 upload|点击 click|按下 press|填写 fill|输入 type|填 fill|截图 screenshot|截屏 screenshot|等待 wait
通知 notification notify|提醒 notification remind|留下 leave|留 leave|留言 leave message|起草 draft|回复 reply|转发 forward|统计 aggregate count|汇总 aggregate sum|计算 calculate
导入 import|导出 export|翻译 translate|总结 summarize|概括 summarize|预订 book|预定 book|订购 order|订 book|购买 buy|播放 play|调用 call|查明 find|检查 check|比较 compare
`;

/** What they are about. */
const nouns = `
内容 content|文本 text|正文 text|列表 list|警报 alert|快照 snapshot|草稿 draft
邮件 mail|电子邮件 mail|邮箱 mailbox mail|收件箱 inbox|信件 mail|消息 message|短信 message|附件 attachment|主题 subject|收件人 recipient|发件人 sender|未读 unread
文件 file|文档 document|文件夹 folder|目录 folder|路径 path|文件名 name|大小 size|权限 mode|工作区 roots|结束 end
网页 page|页面 page|网站 website|网址 url|链接 link|浏览器 browser|标签页 tab|按钮 button|表单 form|标题 title
命令 command|终端 terminal|脚本 script|程序 program|进程 process|系统 system|信息 info|环境 environment|测试 test
联系人 contact|客户 customer|公司 company|企业 company|商机 deal|交易 deal|订单 order|发票 invoice|账单 invoice|产品 product|活动 activity|任务 task|电话 phone
地址 address|姓名 name|名字 name|名称 name|金额 amount|价格 price|逾期 overdue|付款 payment|业务 business|销售 sales
数据库 database|数据 data|表格 table|字段 fields|结构 schema|总数 count|多少 count|总额 total sum|平均 average|接口 api|服务 service
帐户 account|账户 account|账号 account|会话 thread|对话 thread|历史 history|最近 recent|今天 today|昨天 yesterday|明天 tomorrow|本周 week
天气 weather|预报 forecast|音乐 music|视频 video|图片 image|照片 photo|股票 stock|新闻 news|地图 map|航班 flight|酒店 hotel|餐厅 restaurant|披萨 pizza
论文 paper|时间 time|日期 date|日历 calendar|会议 meeting|歌 song|机票 ticket flight|火车票 ticket train
`;

/** Words that only hold a sentence together. */
const fillers =
	'的|了|里|中|内|在|把|将|给|和|与|及|是|吗|呢|请|我|你|它|他|她|这|那|个|一个|一下|所有|全部|每个|这个|那个|当前|包含|含有|什么|哪些|哪个|怎么|有|没有|并|然后|接着|最后|到|从|对|为|以|用|说|叫|名为'.split(
		'|',
	);

interface Word {
	/** Its meaning as English stems. */
	readonly stems: readonly string[];
	/** It can ask for something to be done. */
	readonly verb: boolean;
}

const known = new Map<string, Word>([
	...fillers.map((word): [string, Word] => [word, { stems: [], verb: false }]),
	...wordsOf(nouns, false),
	...wordsOf(verbs, true),
]);
const longest = Math.max(...[...known.keys()].map(({ length }) => length));

function wordsOf(table: string, verb: boolean): [string, Word][] {
	return table
		.trim()
		.split(/[\n|]/)
		.map((entry) => {
			const [word = '', ...english] = entry.trim().split(' ');
			return [word, { stems: english.map(stemOf), verb }];
		});
}

/** The longest known word that begins at a place of a text. */
export function chineseWordAt(text: string, at: number): (Word & { readonly length: number }) | undefined {
	for (let length = longest; length > 0; length -= 1) {
		const word = known.get(text.slice(at, at + length));
		if (word !== undefined) return { ...word, length };
	}
	return undefined;
}

/** What is left of a run of Chinese once the known words are taken out. */
export function unknownIn(run: string): string[] {
	const parts = [''];
	for (let at = 0; at < run.length; ) {
		const word = chineseWordAt(run, at);
		if (word === undefined) parts.push(`${parts.pop()}${run[at]}`);
		else if (parts.at(-1) !== '') parts.push('');
		at += word?.length ?? 1;
	}
	return parts.filter((part) => part !== '');
}

/** The English stems of the known words in a run of Chinese. */
export function translated(run: string): string[] {
	const stems: string[] = [];
	for (let at = 0; at < run.length; ) {
		const word = chineseWordAt(run, at);
		stems.push(...(word?.stems ?? []));
		at += word?.length ?? 1;
	}
	return stems;
}

export function isChinese(word: string): boolean {
	return /^\p{Script=Han}/u.test(word);
}

/** Each two neighbouring letters: what Chinese is found by where its words are not known. */
export function pairsOf(run: string): string[] {
	const letters = [...run];
	if (letters.length === 1) return letters;
	return letters.slice(1).map((letter, at) => `${letters[at]}${letter}`);
}
