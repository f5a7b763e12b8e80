import {access, constants, mkdir} from 'node:fs/promises';
import {homedir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type {EngineChoice} from '../engine/candidates.js';
import {type Search, searchEngine} from '../engine/open-engine.js';
import {findBusybox, howToGetBusybox} from '../engine/toolbox/busybox.js';
import {exitCodes, toError} from '../errors.js';
import {isUnicodeTerminal} from '../text/locale.js';
import {safeJson} from '../text/safe-json.js';
import type {Check, DoctorReport} from '../report/doctor/report.js';
import {doctorText} from '../report/doctor/text.js';
import {print} from './output.js';
import {describeEngine} from './describe-engine.js';

export type DoctorOptions = EngineChoice & {readonly json: boolean};

/**
`mstage doctor`: what mstage finds on this machine, and what it can do with it.

@returns The exit code: 3 when no engine answers.
@throws {MstageError} The flags or the Docker configuration are wrong.
*/
export async function doctor(options: DoctorOptions): Promise<number> {
	const search = await searchEngine(options);
	try {
		const report = await examine(search);
		print(
			options.json
				? `${safeJson(report, 2)}\n`
				: doctorText(report, {
						unicode: isUnicodeTerminal(process.env),
						width: process.stdout.isTTY ? process.stdout.columns : null,
					}),
		);
		return search.engine ? exitCodes.done : exitCodes.noEngine;
	} finally {
		await search.engine?.close();
	}
}

async function examine({engine, probes, error}: Search): Promise<DoctorReport> {
	return {
		engines: probes.map(probe => ({
			origin: probe.origin,
			address: probe.address,
			answers: probe.engine !== null,
			reason: probe.engine ? null : probe.reason,
		})),
		engine: engine && (await describeEngine(engine)),
		advice: error?.message ?? null,
		checks: [
			terminalCheck(),
			await cacheCheck(),
			...(engine ? [await toolboxCheck(engine.description.platform)] : []),
		],
	};
}

function terminalCheck(): Check {
	const {stdin, stdout, env} = process;
	if (!stdin.isTTY || !stdout.isTTY) {
		return {
			name: 'terminal',
			good: true,
			finding: 'none here: mstage debug is a line prompt on a pipe',
		};
	}

	const colours = env['NO_COLOR'] ? 0 : 2 ** stdout.getColorDepth();
	const {columns, rows} = stdout;
	const isSmall = columns < 40 || rows < 10;
	return {
		name: 'terminal',
		good: !isSmall,
		finding: [
			`${columns}×${rows}${isSmall ? ', which is too small for the screen: make it larger' : ''}`,
			colours === 0 ? 'no colours' : `${colours} colours`,
			isUnicodeTerminal(env) ? 'Unicode' : 'ASCII only',
		].join(', '),
	};
}

/** @param platform - Of the engine: `linux/amd64`. */
async function toolboxCheck(platform: string): Promise<Check> {
	const found = await findBusybox(platform);
	return {
		name: 'toolbox',
		good: found !== null,
		finding: found
			? `${found.path}, for shells in images that have none`
			: `no static busybox for ${platform} here, so images without a shell have none: ${howToGetBusybox}`,
	};
}

async function cacheCheck(): Promise<Check> {
	const folder = path.join(
		process.env['XDG_CACHE_HOME'] || path.join(homedir(), '.cache'),
		'mstage',
	);
	try {
		await mkdir(folder, {recursive: true, mode: 0o700});
		await access(folder, constants.W_OK);
		return {name: 'cache folder', good: true, finding: folder};
	} catch (error) {
		return {
			name: 'cache folder',
			good: false,
			finding: `${folder} can't be written (${toError(error).message}): breakpoints and what was built are not kept for the next session; correct its permissions or set XDG_CACHE_HOME`,
		};
	}
}
