import { execFile } from 'node:child_process';
import { Fault } from '@switchboard/kit';
import type { Notification, Notify } from '../ports.ts';

interface Command {
	readonly program: string;
	readonly args: readonly string[];
	readonly env?: Readonly<Record<string, string>>;
	readonly missing: string;
}

const patience = 10_000;

/** Shows notifications on the desktop by the platform's own program, started without a shell. */
export function createDesktopNotify(platform: NodeJS.Platform = process.platform): Notify {
	return (notification, signal) => {
		const { program, args, env, missing } = commandFor(notification, platform);
		return new Promise((resolve, reject) => {
			execFile(
				program,
				[...args],
				{ timeout: patience, signal, windowsHide: true, env: { ...process.env, ...env } },
				(cause) => {
					if (cause === null) return resolve({ status: 'sent' });
					if (signal.aborted) return reject(signal.reason);
					if ((cause as NodeJS.ErrnoException).code === 'ENOENT')
						return reject(
							new Fault('unsupported', `There is no ${program} on this machine.`, { hint: missing, cause }),
						);
					reject(
						new Fault('unavailable', 'No desktop took the notification.', {
							hint: 'Target local always works.',
							retryable: false,
							cause,
						}),
					);
				},
			);
		});
	};
}

function commandFor({ title, body, priority }: Notification, platform: NodeJS.Platform): Command {
	switch (platform) {
		case 'darwin':
			return {
				program: 'osascript',
				// The texts are arguments, never part of the script.
				args: [
					'-e',
					'on run argv',
					'-e',
					'display notification (item 2 of argv) with title (item 1 of argv)',
					'-e',
					'end run',
					title,
					body,
				],
				missing: 'It belongs to macOS; target local always works.',
			};
		case 'win32':
			return {
				program: 'powershell.exe',
				args: ['-NoProfile', '-NonInteractive', '-Command', toast],
				env: { SWITCHBOARD_TITLE: title, SWITCHBOARD_BODY: body },
				missing: 'It belongs to Windows; target local always works.',
			};
		default: {
			const urgency = priority === 'high' ? 'critical' : priority;
			// Notification servers read markup in the body.
			const text = body.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
			return {
				program: 'notify-send',
				args: ['--app-name=Switchboard', `--urgency=${urgency}`, '--', title, text],
				missing: 'Install libnotify-bin, or use target local.',
			};
		}
	}
}

const toast = [
	'[void][Windows.UI.Notifications.ToastNotificationManager, Windows.UI.Notifications, ContentType = WindowsRuntime]',
	'$xml = [Windows.UI.Notifications.ToastNotificationManager]::GetTemplateContent(1)',
	"$texts = $xml.GetElementsByTagName('text')",
	'[void]$texts.Item(0).AppendChild($xml.CreateTextNode($env:SWITCHBOARD_TITLE))',
	'[void]$texts.Item(1).AppendChild($xml.CreateTextNode($env:SWITCHBOARD_BODY))',
	"[Windows.UI.Notifications.ToastNotificationManager]::CreateToastNotifier('Switchboard').Show([Windows.UI.Notifications.ToastNotification]::new($xml))",
].join('; ');
