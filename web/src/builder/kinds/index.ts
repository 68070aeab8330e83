import type { FlowNode, NodeKind } from '@/api/types';
import type { Point } from '../graph/edit';
import { type NewId, newId } from '../graph/model';
import { channelSplit } from './channel_split';
import { check } from './check';
import { coupon } from './coupon';
import { end } from './end';
import { entry } from './entry';
import { httpCall } from './http_call';
import type { Group, Kind, KindText, Words } from './kind';
import { randomSplit } from './random_split';
import { sendEmail } from './send_email';
import { sendInApp } from './send_in_app';
import { sendPush } from './send_push';
import { sendSilentPush } from './send_silent_push';
import { sendSms } from './send_sms';
import { sendWhatsApp } from './send_whatsapp';
import { survey } from './survey';
import { updateProfile } from './update_profile';
import { wait } from './wait';
import { waitEvent } from './wait_event';

const KINDS: { [K in NodeKind]: Kind<K> } = {
  entry,
  send_email: sendEmail,
  send_sms: sendSms,
  send_whatsapp: sendWhatsApp,
  send_push: sendPush,
  send_in_app: sendInApp,
  send_silent_push: sendSilentPush,
  wait,
  wait_event: waitEvent,
  survey,
  check,
  channel_split: channelSplit,
  random_split: randomSplit,
  update_profile: updateProfile,
  coupon,
  http_call: httpCall,
  end,
};

export const ALL_KINDS = Object.keys(KINDS) as NodeKind[];
export const GROUPS: Group[] = ['start', 'message', 'time', 'decide', 'data', 'end'];
export const kindsIn = (group: Group) => ALL_KINDS.filter((type) => KINDS[type].group === group);

/** The kind of that name. Its functions take the data of that kind's nodes: a union's members can't be told apart. */
export function kindOf(type: NodeKind): Kind<NodeKind> {
  return KINDS[type] as unknown as Kind<NodeKind>;
}

export function newNode(type: NodeKind, position: Point, t: KindText, makeId: NewId = newId): FlowNode {
  return { id: makeId(type.replace('send_', '')), type, position, data: kindOf(type).create(t) } as FlowNode;
}

export const describe = (node: FlowNode, words: Words) => kindOf(node.type).describe(node.data, words);
export const titleOf = (node: FlowNode, t: KindText) => node.data.label || t(`kinds:${node.type}.name`);
