import {describe, expect, test} from 'vitest';
import {UsageError} from '../../../../source/errors.js';
import {parseSecret} from '../../../../source/engine/buildkit/session/parse-secret.js';

describe('--secret', () => {
	const environment = {token: 'value', empty: ''};

	test.each([
		['id=a,src=b/c', {id: 'a', kind: 'file', path: 'b/c'}],
		['id=a,source=b', {id: 'a', kind: 'file', path: 'b'}],
		['type=file,id=a,src=b', {id: 'a', kind: 'file', path: 'b'}],
		['ID=a,SRC=b', {id: 'a', kind: 'file', path: 'b'}],
		['id=a,env=B', {id: 'a', kind: 'environment', variable: 'B'}],
		['id=a,type=env,env=B', {id: 'a', kind: 'environment', variable: 'B'}],
		['id=a,type=env,src=B', {id: 'a', kind: 'environment', variable: 'B'}],
		['id=a,env=B,src=c', {id: 'a', kind: 'environment', variable: 'B'}],
		['id=token', {id: 'token', kind: 'environment', variable: 'token'}],
		['id=empty', {id: 'empty', kind: 'environment', variable: 'empty'}],
		['id=token,src=f', {id: 'token', kind: 'file', path: 'f'}],
		['id=.npmrc', {id: '.npmrc', kind: 'file', path: '.npmrc'}],
		['id=a,src=b=c', {id: 'a', kind: 'file', path: 'b=c'}],
		['id=a,"src=b,c"', {id: 'a', kind: 'file', path: 'b,c'}],
		['"id=a","src=""b"""', {id: 'a', kind: 'file', path: '"b"'}],
	])('%s', (text, expected) => {
		expect(parseSecret(text, environment)).toEqual(expected);
	});

	test.each([
		['', '"" is not id=, src=, env= or type=;'],
		['src=a', 'has no id;'],
		['id=,src=a', 'has no id;'],
		['a', '"a" is not id=, src=, env= or type=;'],
		['id=a,mode=4', '"mode=4" is not id=, src=, env= or type=;'],
		['id=a,type=ssh', 'the type ssh is neither file nor env;'],
		['id=a,src="b"', 'a double quote is in the wrong place;'],
		['id=a,"src=b', 'a double quote is in the wrong place;'],
		['"id=a"b', 'a double quote is in the wrong place;'],
	])('%j is refused', (text, reason) => {
		expect(() => parseSecret(text, environment)).toThrow(UsageError);
		expect(() => parseSecret(text, environment)).toThrow(reason);
	});
});
