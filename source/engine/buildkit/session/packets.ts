import {create, toBinary, type MessageInitShape} from '@bufbuild/protobuf';
import {
	Packet_PacketType as PacketType,
	PacketSchema,
} from '../proto/generated/fsutil_pb.js';
import {type BytePath, bytesOf} from './byte-path.js';
import {type WalkedEntry} from './walk.js';

/**
@param packet - A packet of the transfer protocol.
@returns Its bytes.
*/
export function encodePacket(
	packet: MessageInitShape<typeof PacketSchema>,
): Uint8Array {
	return toBinary(PacketSchema, create(PacketSchema, packet));
}

/**
The owner is left out, so everything belongs to root, as with Docker's own clients. So are extended attributes: Node can't
read them.

@param entry - An entry of a walk.
@param firstNames - The first path of each file with several names, by its `hardLinkKey`; grows with each call.
@returns The packet that announces the entry.
*/
export function encodeEntry(
	{path, status}: WalkedEntry,
	firstNames: Map<string, BytePath>,
): Uint8Array {
	return encodePacket({
		type: PacketType.PACKET_STAT,
		stat: {
			path: bytesOf(path),
			mode: status.mode,
			size: status.size,
			modTime: status.modTime,
			linkname: bytesOf(
				hardLinkTarget(path, status.hardLinkKey, firstNames) ??
					status.linkTarget,
			),
			devmajor: status.device.major,
			devminor: status.device.minor,
		},
	});
}

function hardLinkTarget(
	path: BytePath,
	key: string | null,
	firstNames: Map<string, BytePath>,
): BytePath | undefined {
	if (key === null) {
		return undefined;
	}

	const first = firstNames.get(key);
	if (first === undefined) {
		firstNames.set(key, path);
	}

	return first;
}
