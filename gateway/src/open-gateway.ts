import type { Log } from '@switchboard/kit/log';
import type { OpenedGateway } from './daemon/run-daemon.ts';

/** The Gateway of a home, by the configuration in force there; loaded here and not before, since only the daemon needs it. */
export async function openGateway(home: string, log: Log): Promise<OpenedGateway> {
	const [{ createGateway }, { builtInConfig, readConfig }, { configFile }] = await Promise.all([
		import('./create-gateway.ts'),
		import('./config.ts'),
		import('./home.ts'),
	]);
	const file = configFile(home);
	const config = file === undefined ? builtInConfig(home) : readConfig(file);
	return { gateway: await createGateway({ home, config, log }), port: config.switchboard.http.port };
}
