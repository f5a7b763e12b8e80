import type {Program} from '../engine/port.js';
import type {Aspect, Change, ShippedTo} from '../filesystem/compare/change.js';
import {
	capabilitiesText,
	capabilityAttribute,
} from '../filesystem/tree/capabilities.js';
import type {Entry} from '../filesystem/tree/entry.js';
import {readableOf} from '../text/byte-path.js';
import {formatBytes} from '../text/format.js';
import {sanitise} from '../text/sanitise.js';
import {lineLabel, lineWords, stageLabel} from '../debugger/points/point.js';
import {shownPath} from './describe-link.js';

/**
@returns What differs of a changed path, in words that are safe to be shown: `mode 644 → 600, owner 0:0 → 1000:1000`.
*/
export function describeAspects(change: Change, arrow: string): string {
	const {from, to, aspects} = change;
	// What else differs says more than when.
	return aspects
		.filter(aspect => aspect !== 'time' || aspects.length === 1)
		.map(aspect => describeAspect(aspect, from!, to!, arrow))
		.join(', ');
}

/** @returns What differs, in words: `mode 644 → 600, owner 0:0 → 1000:1000`; empty when nothing but the path is to be said. */
export function describeChange(change: Change, arrow: string): string {
	const {kind, from, to} = change;
	return kind === 'changed'
		? describeAspects(change, arrow)
		: describeEntry((from ?? to)!, arrow);
}

/**
@param arrow - Of one cell.
@returns Where a copy took a path, in words that are safe to be shown: `→ /bin/app` and `COPY --from=builder (Dockerfile:12)`;
where there is little room, `COPY, line 12`.
*/
export function describeShipped(
	{path, step, from}: ShippedTo,
	program: Program,
	arrow: string,
): {readonly to: string; readonly copy: string; readonly shortCopy: string} {
	const {keyword} = program.steps[step]!;
	return {
		to: `${arrow} ${shownPath(path)}`,
		copy: `${keyword} --from=${sanitise(stageLabel(program, from))} (${sanitise(lineLabel(program, step))})`,
		shortCopy: `${keyword}, ${sanitise(lineWords(program, step))}`,
	};
}

function describeAspect(
	aspect: Aspect,
	from: Entry,
	to: Entry,
	arrow: string,
): string {
	const change = (show: (entry: Entry) => string): string =>
		`${show(from)} ${arrow} ${show(to)}`;
	switch (aspect) {
		case 'type': {
			return change(({kind}) => kind.replace('-', ' '));
		}

		case 'contents': {
			return from.size === to.size
				? 'contents'
				: `contents ${change(({size}) => formatBytes(size))}`;
		}

		case 'mode': {
			return `mode ${change(({mode}) => mode.toString(8))}`;
		}

		case 'owner': {
			return `owner ${change(({uid, gid}) => `${uid}:${gid}`)}`;
		}

		case 'link target': {
			return `link ${change(({linkTarget}) => (linkTarget === null ? 'none' : readableOf(linkTarget)))}`;
		}

		case 'hard link': {
			return to.hardLinkTo === null
				? 'a file of its own now'
				: `same file as ${readableOf(to.hardLinkTo)} now`;
		}

		case 'device': {
			return `device ${change(({device}) => (device === null ? 'none' : `${device.major}:${device.minor}`))}`;
		}

		case 'capabilities': {
			return `capabilities ${change(({xattrs}) => capabilitiesText(xattrs) ?? (xattrs.has(capabilityAttribute) ? 'unknown' : 'none'))}`;
		}

		case 'xattrs':
		case 'time': {
			return aspect;
		}
	}
}

function describeEntry(
	{kind, linkTarget, hardLinkTo, xattrs}: Entry,
	arrow: string,
): string {
	if (linkTarget !== null) {
		return `${arrow} ${readableOf(linkTarget)}`;
	}

	if (hardLinkTo !== null) {
		return `same file as ${readableOf(hardLinkTo)}`;
	}

	return kind === 'file' || kind === 'directory'
		? (capabilitiesText(xattrs) ?? '')
		: kind.replace('-', ' ');
}
