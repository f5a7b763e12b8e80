import {spawn} from 'node:child_process';
import {text} from 'node:stream/consumers';
import {toError, UsageError} from '../../errors.js';
import {membersOf, stringOf} from '../json-value.js';
import {type RegistryCredentials} from './configuration.js';

// The words and the user name of the protocol of Docker's credential helpers (docker/docker-credential-helpers).
const notFound = 'credentials not found in native keychain';
const tokenUsername = '<token>';

/**
Runs `docker-credential-<name> get`, as the Docker command does.

@param name - The helper's name in the configuration.
@param server - The key that the credentials are stored under.
@param configurationFile - Named in messages.
@returns The credentials, or `undefined` when the helper has none for that server.
@throws UsageError - When the helper can't be run or fails.
*/
export async function askCredentialHelper(
	name: string,
	server: string,
	configurationFile: string,
): Promise<RegistryCredentials | undefined> {
	const program = `docker-credential-${name}`;
	const {output, exitCode} = await run(program, server, configurationFile);
	if (exitCode === 0) {
		return parseAnswer(output, program);
	}

	if (output.trim() === notFound) {
		return undefined;
	}

	throw new UsageError(
		`${program}, which ${configurationFile} names, failed for ${server}: ${output.trim() || `exit code ${exitCode}`}; log in again with docker login.`,
	);
}

function parseAnswer(output: string, program: string): RegistryCredentials {
	try {
		const answer = membersOf(JSON.parse(output));
		const username = stringOf(answer.get('Username'));
		return {
			username: username === tokenUsername ? '' : username,
			secret: stringOf(answer.get('Secret')),
		};
	} catch {
		// The parser's own words quote the answer, which may be a password.
		throw new UsageError(
			`${program} answered with something else than JSON; try it with echo HOST | ${program} get.`,
		);
	}
}

async function run(
	program: string,
	input: string,
	configurationFile: string,
): Promise<{output: string; exitCode: number | null}> {
	try {
		// It throws by itself what can't be a name at all.
		const child = spawn(program, ['get'], {stdio: ['pipe', 'pipe', 'ignore']});
		// A helper that ends without reading its input says what is wrong on its output.
		child.stdin.on('error', () => undefined);
		child.stdin.end(input);
		const [output, exitCode] = await Promise.all([
			text(child.stdout),
			new Promise<number | null>((resolve, reject) => {
				child.once('error', reject);
				child.once('close', resolve);
			}),
		]);
		return {output, exitCode};
	} catch (error) {
		throw new UsageError(
			`${program}, which ${configurationFile} names, can't be run: ${toError(error).message}; install it, or take it out of that file.`,
			{cause: error},
		);
	}
}
