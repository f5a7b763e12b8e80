import type {BuildWarning} from '../../port.js';
import type {VertexWarning} from '../proto/generated/control_pb.js';

/**
@param warning - As the status stream has it (moby/buildkit api/services/control/control.proto, `VertexWarning`). A check of
the Dockerfile frontend puts the name of its rule before what it says (frontend/dockerfile/linter).
*/
export function readWarning({
	short,
	detail,
	url,
	info,
	ranges,
}: Pick<
	VertexWarning,
	'short' | 'detail' | 'url' | 'info' | 'ranges'
>): BuildWarning {
	const decoder = new TextDecoder();
	const text = decoder.decode(short).trim();
	const {rule, message} =
		/^(?:(?<rule>[A-Z][A-Za-z]+): )?(?<message>.*)$/sv.exec(text)!.groups as {
			rule?: string;
			message: string;
		};
	const [range] = ranges;
	const first = range?.start?.line ?? 0;
	return {
		from: 'builder',
		rule: rule ?? null,
		message: message.replace(` (line ${first})`, ''),
		details: detail
			.map(line => decoder.decode(line).trim())
			.filter(line => line !== ''),
		url: url === '' ? null : url,
		lines:
			info && first > 0
				? [first, Math.max(first, range?.end?.line ?? first)]
				: null,
	};
}
