import {describe, expect, test} from 'vitest';
import {parseSsh} from '../../../../source/engine/buildkit/session/parse-ssh.js';

const environment = {SSH_AUTH_SOCK: '/run/agent.sock'};

describe('--ssh', () => {
	test.each([
		['default', {id: 'default', paths: ['/run/agent.sock']}],
		['work=', {id: 'work', paths: ['/run/agent.sock']}],
		['work=/a.sock', {id: 'work', paths: ['/a.sock']}],
		['work=~/a,b', {id: 'work', paths: ['~/a', 'b']}],
		['work=a=b', {id: 'work', paths: ['a=b']}],
	])('%s', (text, source) => {
		expect(parseSsh(text, environment)).toEqual(source);
	});

	test('without an id, or an agent that is meant, says what to write', () => {
		expect(() => parseSsh('=/a.sock', environment)).toThrow(
			'--ssh =/a.sock has no id; write --ssh default or --ssh default=KEY.',
		);
		expect(() => parseSsh('work', {})).toThrow(/--ssh work=KEY\.$/v);
	});
});
