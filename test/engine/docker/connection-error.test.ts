import {expect, test} from 'vitest';
import {parseDockerAddress} from '../../../source/engine/docker/address.js';
import {explainConnection} from '../../../source/engine/docker/connection-error.js';
import {SshError} from '../../../source/engine/docker/ssh.js';

const ssh = parseDockerAddress('ssh://me@host:2222');

test.each([
	[
		'Host key verification failed.',
		255,
		"ssh doesn't trust the host's key. Run ssh -p 2222 me@host once and see whether the key is the right one.",
	],
	[
		'me@host: Permission denied (publickey).',
		255,
		'ssh is not let in there without a password. Add your key to ssh-agent, so that ssh -p 2222 me@host asks nothing.',
	],
	[
		'bash: line 1: docker: command not found',
		127,
		"there is no docker in that user's PATH there. Install the Docker client on that machine.",
	],
	[
		'sh: 1: docker: not found',
		127,
		"there is no docker in that user's PATH there. Install the Docker client on that machine.",
	],
	[
		'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
		1,
		'no engine runs there. Start Docker on that machine.',
	],
	[
		'permission denied while trying to connect to the Docker daemon socket',
		1,
		'that user may not use the engine there. Add the user to the group docker on that machine.',
	],
	[
		'',
		255,
		'ssh ended the connection. Try ssh -p 2222 me@host docker version.',
	],
	[
		'first\nsomething odd',
		255,
		'ssh says: something odd. Try ssh -p 2222 me@host docker version.',
	],
	[
		'there is no ssh in PATH',
		null,
		'there is no ssh in PATH. Install an OpenSSH client.',
	],
])('ssh that says %j with %j', (complaint, exitCode, expected) => {
	const {message} = explainConnection(ssh, new SshError(complaint, exitCode));
	expect(message).toBe(
		`The engine at ssh://me@host:2222 can't be used: ${expected}`,
	);
});

test.each([
	[
		'unix:///run/x.sock',
		'EACCES',
		'you may not use its socket. Join the group',
	],
	['unix:///run/x.sock', 'ENOENT', 'there is no such socket. Start Docker'],
	['tcp://host', 'ECONNREFUSED', 'nothing listens there. Start Docker'],
	['tcp://host', 'ENOTFOUND', 'there is no host host. Correct its name'],
	['tcp://host', 'ETIMEDOUT', 'the host does not answer. See whether'],
])('%s with %s', (text, code, expected) => {
	const error = Object.assign(new Error('raw'), {code});
	expect(explainConnection(parseDockerAddress(text), error).message).toContain(
		`The engine at ${text} can't be used: ${expected}`,
	);
});

test('keeps what it does not know in the words of the system', () => {
	const {message, reason} = explainConnection(
		parseDockerAddress('tcp://host'),
		new Error('raw'),
	);
	expect(reason).toBe('raw');
	expect(message).toMatch(/can't be used: raw\. Start Docker/v);
});
