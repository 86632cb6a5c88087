import { spawn } from 'node:child_process';

export type Notify = (title: string, body: string) => void;

/** Shows a desktop notification where there is a desktop; says nothing where there is none. */
export const notifyDesktop: Notify = (title, body) => {
	const command = commandFor(title, body);
	if (command === undefined) return;
	const [program, ...args] = command;
	const child = spawn(program, args, { stdio: 'ignore', detached: true });
	// Without the program there is no desktop to tell; the question is in the CLI all the same.
	child.on('error', () => {});
	child.unref();
};

function commandFor(title: string, body: string): [string, ...string[]] | undefined {
	if (process.platform === 'darwin') {
		return [
			'osascript',
			'-e',
			'on run argv',
			'-e',
			'display notification (item 2 of argv) with title (item 1 of argv)',
			'-e',
			'end run',
			title,
			body,
		];
	}
	const { DISPLAY, WAYLAND_DISPLAY, DBUS_SESSION_BUS_ADDRESS } = process.env;
	const hasDesktop =
		process.platform === 'linux' && (DISPLAY ?? WAYLAND_DISPLAY ?? DBUS_SESSION_BUS_ADDRESS) !== undefined;
	return hasDesktop ? ['notify-send', '--app-name=Switchboard', '--', title, body] : undefined;
}
