import type { Effect, Target } from '@switchboard/kit/effect';
import type { FaultWire } from '@switchboard/kit/fault';
import type { SkillResult } from '@switchboard/kit/perform';
import type { Artifact, Card } from '@switchboard/kit/wire';

/** One Skill of one Agent as the Gateway offers it. */
export interface Entry {
	readonly agent: string;
	/** The name hosts see: ours as they are, foreign ones as `server__tool`. */
	readonly name: string;
	/** The name the Agent knows. */
	readonly skill: string;
	readonly card: Card;
	/** The tool as the Agent sent it, unknown fields included, under the name hosts see. */
	readonly tool: Readonly<Record<string, unknown>>;
}

/** The program a Session's calls come from, as far as the Gateway can talk back to it. */
export interface Host {
	/** `claude-desktop`, `cli`, … as the client named itself. */
	readonly name: string;
	/** How long it waits for a result before it gives up, in ms. */
	readonly patience: number;
	/** Asks the human behind the host; absent where the host cannot. */
	readonly elicit?: (message: string, signal: AbortSignal) => Promise<'accept' | 'decline' | 'cancel'>;
	/** The folders the host has open, as absolute paths; wishes, not grants. */
	readonly roots?: () => Promise<readonly string[]>;
}

/** One context boundary of one Principal. A name, never a credential. */
export interface Session {
	readonly id: string;
	readonly principal: string;
	readonly host: string;
	/** The folder the host was started in; a wish until it is granted. */
	readonly folder: string | undefined;
	readonly createdAt: string;
	readonly lastUsedAt: string;
}

export interface CallRequest {
	readonly session: Session;
	readonly host: Host;
	/** The name hosts see. */
	readonly name: string;
	readonly args: Readonly<Record<string, unknown>>;
	readonly signal: AbortSignal;
	readonly idempotencyKey?: string;
	/** The owner typed it himself, so what it names needs no second naming. */
	readonly byOwner?: boolean;
	readonly progress?: (progress: {
		readonly progress: number;
		readonly total?: number;
		readonly message?: string;
	}) => void;
	/** Set on a Step: the Run it belongs to. */
	readonly run?: string;
}

export type CallStatus = 'done' | 'failed' | 'denied' | 'pending' | 'cancelled' | 'unknown';

/** What became of a Call. The result is what a host gets, also when it is a Fault. */
export interface CallOutcome {
	readonly call: string;
	readonly agent: string | undefined;
	readonly skill: string;
	readonly status: CallStatus;
	readonly ms: number;
	readonly result: SkillResult;
	readonly fault?: FaultWire;
	readonly artifacts: readonly Artifact[];
}

export type HandleCall = (request: CallRequest) => Promise<CallOutcome>;

/** A human's question: one exact call waiting for a yes. */
export interface Approval {
	readonly id: string;
	readonly job: string;
	readonly session: string;
	readonly principal: string;
	readonly host: string;
	readonly agent: string;
	readonly skill: string;
	readonly effect: Effect;
	readonly targets: readonly Target[];
	/** What the human reads: rendered from prepare's answer or the very arguments, never by the model. */
	readonly text: string;
	readonly reason: string;
	readonly createdAt: string;
	readonly expiresAt: string;
	readonly state: 'waiting' | 'approved' | 'denied' | 'expired';
}

/** A stored call that goes on without its caller. */
export interface Job {
	readonly id: string;
	readonly session: string;
	readonly principal: string;
	readonly agent: string;
	readonly skill: string;
	readonly state: 'waiting' | 'running' | 'done' | 'failed' | 'denied' | 'expired' | 'cancelled' | 'unknown';
	readonly createdAt: string;
	readonly settledAt?: string;
	readonly result?: SkillResult;
}

export interface AgentStatus {
	readonly name: string;
	readonly title: string;
	readonly own: boolean;
	readonly state: 'idle' | 'starting' | 'ready' | 'failed';
	readonly pid?: number;
	readonly skills: number;
	readonly restarts: number;
	readonly error?: string;
}

/** One line of the audit. */
export interface AuditRecord {
	readonly seq: number;
	readonly at: string;
	readonly call: string;
	readonly run?: string;
	readonly session: string;
	readonly principal: string;
	readonly host: string;
	readonly agent: string;
	readonly skill: string;
	readonly effect: string;
	readonly targets: readonly Target[];
	readonly decision: string;
	readonly rule: string;
	readonly status: CallStatus;
	readonly fault?: string;
	readonly ms: number;
	/** SHA-256 of the canonical arguments and of the result; the contents are not kept. */
	readonly argsDigest: string;
	readonly resultDigest?: string;
	readonly hash: string;
}

export interface AuditQuery {
	readonly agent?: string;
	readonly skill?: string;
	readonly status?: CallStatus;
	readonly session?: string;
	readonly since?: string;
	readonly limit?: number;
}

/** How an instruction was understood. */
export interface Decision {
	readonly kind: 'route' | 'clarify' | 'none';
	readonly confidence: number;
	/** Best first; the runners-up behind the chosen one. */
	readonly candidates: readonly Candidate[];
	readonly agents: readonly { readonly agent: string; readonly score: number }[];
	/** In words, for a human. */
	readonly reasons: readonly string[];
}

export interface Candidate {
	readonly entry: Entry;
	readonly score: number;
	readonly reasons: readonly string[];
}

/** What came of an instruction: the one shape that CLI, MCP and console share. */
export interface Envelope {
	readonly run: string;
	readonly answer: string;
	readonly status: 'done' | 'partial' | 'failed' | 'pending' | 'needs_input' | 'none';
	readonly steps: readonly Step[];
	/** Which Agents ran for real, and whose words the answer holds. */
	readonly provenance: readonly {
		readonly agent: string;
		readonly skills: readonly string[];
		readonly source: 'own' | 'outside';
	}[];
	/** What has to be said before the work can go on. */
	readonly needs?: readonly {
		readonly step: number;
		readonly input: string;
		readonly question: string;
		readonly choices?: readonly string[];
	}[];
	readonly by: 'offline' | 'model';
	readonly usage?: { readonly inputTokens: number; readonly outputTokens: number };
}

export interface Step {
	/** The words of the instruction this Step answers. */
	readonly text: string;
	readonly call: string | undefined;
	readonly agent: string | undefined;
	readonly skill: string | undefined;
	/** Why this Agent and Skill, in words. */
	readonly why: readonly string[];
	readonly args: Readonly<Record<string, unknown>>;
	readonly status: CallStatus | 'skipped' | 'needs_input' | 'none';
	readonly ms: number;
	readonly summary: string;
	readonly resources: readonly Artifact[];
}

export interface AskRequest {
	readonly session: Session;
	readonly host: Host;
	readonly instruction: string;
	/** The owner typed it himself, so what it names needs no second naming. */
	readonly byOwner?: boolean;
	/** What `needs` of this very instruction asked for; it then goes on where it stopped. */
	readonly answers?: readonly { readonly step: number; readonly input: string; readonly value: string }[];
	readonly signal: AbortSignal;
	/** Called as each Step begins and ends. */
	readonly onStep?: (step: Step, index: number, total: number) => void;
}

export interface Catalog {
	/** Every Skill the Session's principal may use, in a fixed order, from cached Cards; starts no Agent. */
	list(session: Session): Promise<readonly Entry[]>;
	find(name: string, session: Session): Promise<Entry | undefined>;
	/** Says when the list has changed. Returns how to stop listening. */
	onChange(listener: () => void): () => void;
}

/** The Gateway as its Hosts and its operator see it. Transports call this and nothing behind it. */
export interface Gateway {
	readonly version: string;
	readonly catalog: Catalog;
	readonly call: HandleCall;
	ask(request: AskRequest): Promise<Envelope>;
	/** What `ask` would do with these words, having done nothing. */
	route(
		session: Session,
		instruction: string,
	): Promise<readonly { readonly text: string; readonly decision: Decision }[]>;
	readonly sessions: {
		/** The Session of this key (a shim connection, an HTTP session, the CLI in a folder), opened where there is none. */
		open(about: {
			readonly key?: string;
			readonly principal: string;
			readonly host: string;
			readonly folder?: string;
			readonly trusted?: boolean;
		}): Session;
		list(): readonly Session[];
		get(id: string): Session | undefined;
		close(id: string): Promise<void>;
	};
	readonly jobs: {
		list(session?: string): readonly Job[];
		get(id: string, session?: string): Job | undefined;
		/** Resolves when the job is settled, or after `ms` as it then is. */
		wait(id: string, ms: number, session?: string): Promise<Job | undefined>;
		cancel(id: string, session?: string): boolean;
	};
	readonly approvals: {
		list(): readonly Approval[];
		/** The owner's answer; `undefined` where nothing of that id is waiting. A yes runs the stored call. */
		answer(id: string, yes: boolean): Promise<Job | undefined>;
	};
	readonly audit: {
		tail(count: number): readonly AuditRecord[];
		query(query: AuditQuery): readonly AuditRecord[];
		verify(): { readonly records: number; readonly brokenAt?: number };
		onRecord(listener: (record: AuditRecord) => void): () => void;
	};
	readonly agents: {
		list(): readonly AgentStatus[];
	};
	/** An Artifact of this Session, or undefined. */
	readArtifact(session: Session, uri: string): Promise<(Artifact & { readonly path: string }) | undefined>;
	listArtifacts(session: Session): Promise<readonly Artifact[]>;
	/** No new calls; those in flight finish or are journalled, then Agents stop. */
	close(): Promise<void>;
}
