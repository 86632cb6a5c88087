import type { Command } from './command.ts';

/** Every command by name, loaded when it is used: `stdio` must start fast. */
export const commands: Readonly<Record<string, () => Promise<Command>>> = {
	run: async () => (await import('./run.ts')).run,
	ask: async () => (await import('./ask.ts')).ask,
	call: async () => (await import('./call.ts')).call,
	route: async () => (await import('./route.ts')).route,
	agents: async () => (await import('./agents.ts')).agents,
	skills: async () => (await import('./skills.ts')).skills,
	sessions: async () => (await import('./sessions.ts')).sessions,
	jobs: async () => (await import('./jobs.ts')).jobs,
	approvals: async () => (await import('./approvals.ts')).approvals,
	approve: async () => (await import('./approve.ts')).approve,
	deny: async () => (await import('./deny.ts')).deny,
	audit: async () => (await import('./audit.ts')).audit,
	status: async () => (await import('./status.ts')).status,
	stop: async () => (await import('./stop.ts')).stop,
	logs: async () => (await import('./logs.ts')).logs,
	connect: async () => (await import('./connect.ts')).connect,
	doctor: async () => (await import('./doctor.ts')).doctor,
	uninstall: async () => (await import('./uninstall.ts')).uninstall,
	stdio: async () => (await import('./stdio.ts')).stdio,
	serve: async () => (await import('./serve.ts')).serve,
};
