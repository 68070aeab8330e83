import type { components } from './schema';

export type Schemas = components['schemas'];

export type Role = Schemas['Role'];
export type Channel = Schemas['Channel'];
export type CampaignState = Schemas['CampaignState'];
export type Campaign = Schemas['CampaignView'];
export type CampaignItem = Schemas['CampaignItem'];
export type Violation = Schemas['ViolationView'];
export type Template = Schemas['TemplateSummary'];
export type Customer = Schemas['CustomerView'];
export type Me = Schemas['MeView'];
export type Example = Schemas['ExampleView'];

/** A campaign's graph as the API reads and writes it. */
export type Flow = Omit<Schemas['Flow'], 'edges' | 'notes'> & { edges: FlowEdge[]; notes: Note[] };
export type FlowNode = Flow['nodes'][number];
export type FlowEdge = Schemas['Edge'];
/** What is stuck onto a drawing, for whoever works on it. */
export type Note = Schemas['StickyNote'];
export type FlowSettings = Schemas['FlowSettings'];
export type NodeKind = FlowNode['type'];
export type NodeOf<K extends NodeKind> = Extract<FlowNode, { type: K }>;
export type DataOf<K extends NodeKind> = NodeOf<K>['data'];

export type Condition = Schemas['CheckBranch']['condition'];
export type ConditionKind = Condition['kind'];
export type ConditionOf<K extends ConditionKind> = Extract<Condition, { kind: K }>;
export type PropertyTest = Schemas['PropertyTest'];
export type EventFilter = Schemas['EventFilter'];
export type Operator = Schemas['Operator'];
export type Window = NonNullable<Schemas['DidEvent']['window']>;
export type Comparison = Schemas['Comparison'];
export type Until = Schemas['WaitData']['until'];
export type Duration = Schemas['Duration'];
export type Content = NonNullable<Schemas['PreviewView']['rendered']>;
export type ContentOf<C extends Channel> = Extract<Content, { channel: C }>;
export type Schedule = Schemas['CampaignSchedule'];
