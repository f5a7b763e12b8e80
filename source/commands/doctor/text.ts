import {sanitise} from '../../text/sanitise.js';
import type {EngineReport} from './engine-report.js';
import type {DoctorReport} from './report.js';

type Signs = {
	readonly good: string;
	readonly bad: string;
	readonly dot: string;
};

/**
@param unicode - Whether the terminal shows more than ASCII.
@returns The report as lines for people; nothing in it can act on a terminal.
*/
export function doctorText(report: DoctorReport, unicode: boolean): string {
	const signs: Signs = unicode
		? {good: '✔', bad: '✖', dot: '·'}
		: {good: '+', bad: 'x', dot: '-'};
	const sections = [
		section('Engines', engineLines(report, signs)),
		...(report.engine
			? [
					section('Engine in use', detailLines(report.engine, signs)),
					section('What it can do', capabilityLines(report.engine, signs)),
				]
			: []),
		section(
			'This machine',
			report.checks.map(
				({name, good, finding}) =>
					`${good ? signs.good : signs.bad} ${name}: ${finding}`,
			),
		),
		...(report.advice === null ? [] : [`${sanitise(report.advice)}\n`]),
	];
	return sections.join('\n');
}

function section(title: string, lines: readonly string[]): string {
	return `${title}\n${lines.map(line => `  ${sanitise(line)}\n`).join('')}`;
}

function engineLines({engines}: DoctorReport, {good, bad}: Signs) {
	return engines.map(
		({origin, address, answers, reason}) =>
			`${answers ? good : bad} ${origin}: ${[address, reason].filter(Boolean).join(', ')}`,
	);
}

function detailLines(engine: EngineReport, {dot}: Signs): readonly string[] {
	const {name, version, builder, address, platform, details} = engine;
	return [
		`${name} ${version} ${dot} ${builder} ${dot} ${platform}`,
		`at ${address}`,
		...(details
			? [
					`on ${details.hostName}, ${details.system}${details.rootless ? ', rootless' : ''}`,
					`storage driver ${details.storageDriver}, images kept by ${details.imageStore}`,
				]
			: []),
	];
}

function capabilityLines({capabilities}: EngineReport, {good, bad}: Signs) {
	return capabilities.map(({name, available, without, reason}) =>
		available
			? `${good} ${name}`
			: `${bad} ${name}: ${without}${reason === '' ? '' : ` (${reason})`}`,
	);
}
