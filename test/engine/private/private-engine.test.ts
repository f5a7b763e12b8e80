import {access, mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {PrivateEngine} from '../../../source/engine/private/private-engine.js';

test.each(['', '{"starter"', '[]'])(
	'what is written down of an engine and says nothing, %j, keeps none from being started',
	async text => {
		const data = await mkdtemp(path.join(tmpdir(), 'mstage-private-'));
		onTestFinished(async () => rm(data, {recursive: true}));
		const file = path.join(data, 'mstage/engine/state.json');
		await mkdir(path.dirname(file), {recursive: true});
		await writeFile(file, text);
		const engine = new PrivateEngine({HOME: data, XDG_DATA_HOME: data});
		expect(await engine.stop()).toBe(false);
		await expect(access(file)).rejects.toThrow('ENOENT');
	},
);
