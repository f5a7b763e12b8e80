import {Buffer} from 'node:buffer';
import {create} from '@bufbuild/protobuf';
import {expect, test} from 'vitest';
import {readWarning} from '../../../../source/engine/buildkit/run/warnings.js';
import {VertexWarningSchema} from '../../../../source/engine/buildkit/proto/generated/control_pb.js';

test('a check of the frontend has its rule, its line and where it is described', () => {
	expect(
		readWarning(
			create(VertexWarningSchema, {
				level: 1n,
				short: Buffer.from(
					"UndefinedVar: Usage of undefined variable '$A' (line 5)",
				),
				detail: [Buffer.from('Variables should be defined before their use')],
				url: 'https://example.com/undefined-var/',
				info: {filename: 'Dockerfile'},
				ranges: [{start: {line: 5}, end: {line: 6}}],
			}),
		),
	).toEqual({
		from: 'builder',
		rule: 'UndefinedVar',
		message: "Usage of undefined variable '$A'",
		details: ['Variables should be defined before their use'],
		url: 'https://example.com/undefined-var/',
		lines: [5, 6],
	});
});

test('another warning is told as it is', () => {
	expect(
		readWarning(
			create(VertexWarningSchema, {short: Buffer.from('no git: found')}),
		),
	).toEqual({
		from: 'builder',
		rule: null,
		message: 'no git: found',
		details: [],
		url: null,
		lines: null,
	});
});
