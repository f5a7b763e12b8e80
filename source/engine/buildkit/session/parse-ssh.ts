import process from 'node:process';
import {UsageError} from '../../../errors.js';
import type {SshSource} from '../../port.js';

/**
@param text - The value of an `--ssh` flag, as `docker build` takes it: `default` or another id, `=` and the path of an
agent's socket, or of one private key or several with commas between. When only the id is given, the agent of the
environment is meant.
@param environment - Where `SSH_AUTH_SOCK` is looked up.
@returns Where the agent or the keys are; whether they exist is not looked at.
@throws {UsageError} It has no id, or no agent is known.
*/
export function parseSsh(
	text: string,
	environment: NodeJS.ProcessEnv = process.env,
): SshSource {
	const [id = '', ...rest] = text.split('=');
	const paths = rest
		.join('=')
		.split(',')
		.filter(path => path !== '');
	if (id === '') {
		throw new UsageError(
			`--ssh ${text} has no id; write --ssh default or --ssh default=KEY.`,
		);
	}

	if (paths.length > 0) {
		return {id, paths};
	}

	const socket = environment['SSH_AUTH_SOCK'];
	if (!socket) {
		throw new UsageError(
			`--ssh ${text}: no SSH agent is running here, SSH_AUTH_SOCK isn't set; start one with eval $(ssh-agent), or write --ssh ${id}=KEY.`,
		);
	}

	return {id, paths: [socket]};
}
