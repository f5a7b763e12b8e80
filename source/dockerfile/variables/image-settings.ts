import type {ImageConfiguration} from './image-configuration.js';
import type {SettingName} from './types.js';

/** What BuildKit runs a command with where nothing else is said (`defaultShell` in its `dockerfile2llb/defaultshell.go`). */
export const defaultShell = '["/bin/sh","-c"]';

/**
@param platform - For an image that doesn't say its own.
@returns What the image sets besides its environment, as text for people; what it says nothing of is left out.
*/
export function settingsOf(
	image: ImageConfiguration,
	platform: string,
): ReadonlyArray<readonly [SettingName, string]> {
	const json = (words: readonly string[] | null): string =>
		words ? JSON.stringify(words) : '';
	const all: ReadonlyArray<readonly [SettingName, string]> = [
		['user', image.user],
		['workdir', image.workingDirectory],
		['shell', image.shell ? json(image.shell) : defaultShell],
		['platform', image.platform ?? platform],
		['entrypoint', json(image.entrypoint)],
		['command', json(image.command)],
		[
			'labels',
			Object.entries(image.labels)
				.map(([name, value]) => `${name}=${value}`)
				.join('\n'),
		],
		['ports', image.exposedPorts.join('\n')],
		['volumes', image.volumes.join('\n')],
		['stop signal', image.stopSignal ?? ''],
	];
	return all.filter(([, value]) => value !== '');
}
