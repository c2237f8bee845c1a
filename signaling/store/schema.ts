import { AgentEntity } from './entities/AgentEntity.ts';
import { AliasEntity } from './entities/AliasEntity.ts';
import { AuditEntity } from './entities/AuditEntity.ts';
import { CallEntity } from './entities/CallEntity.ts';
import { CannedAnswerEntity } from './entities/CannedAnswerEntity.ts';
import { CobrowseEntity } from './entities/CobrowseEntity.ts';
import { ConversationEntity } from './entities/ConversationEntity.ts';
import { CustomerEntity } from './entities/CustomerEntity.ts';
import { DeliveryEntity } from './entities/DeliveryEntity.ts';
import { FileEntity } from './entities/FileEntity.ts';
import { IdempotencyEntity } from './entities/IdempotencyEntity.ts';
import { IdentityKeyEntity } from './entities/IdentityKeyEntity.ts';
import { LinkEntity } from './entities/LinkEntity.ts';
import { MessageEntity } from './entities/MessageEntity.ts';
import { NoteEntity } from './entities/NoteEntity.ts';
import { RuleEntity } from './entities/RuleEntity.ts';
import { SiteEntity } from './entities/SiteEntity.ts';
import { TokenEntity } from './entities/TokenEntity.ts';
import { VisitorEntity } from './entities/VisitorEntity.ts';
import { WebhookEntity } from './entities/WebhookEntity.ts';
import { AddAliases1767000000000 } from './migrations/AddAliases1767000000000.ts';
import { AddChat1764300000000 } from './migrations/AddChat1764300000000.ts';
import { AddCobrowsing1766000000000 } from './migrations/AddCobrowsing1766000000000.ts';
import { CreateTables1764000000000 } from './migrations/CreateTables1764000000000.ts';
import { ReleaseLeft1768000000000 } from './migrations/ReleaseLeft1768000000000.ts';

export const entities = [
  SiteEntity,
  IdentityKeyEntity,
  AgentEntity,
  TokenEntity,
  LinkEntity,
  CustomerEntity,
  VisitorEntity,
  AliasEntity,
  ConversationEntity,
  MessageEntity,
  FileEntity,
  NoteEntity,
  CannedAnswerEntity,
  RuleEntity,
  WebhookEntity,
  DeliveryEntity,
  IdempotencyEntity,
  CallEntity,
  CobrowseEntity,
  AuditEntity,
];

/** In the order of their times; one that has been released is never changed. */
export const migrations = [
  CreateTables1764000000000,
  AddChat1764300000000,
  AddCobrowsing1766000000000,
  AddAliases1767000000000,
  ReleaseLeft1768000000000,
];

/** Asks for a row of ours: a database without our tables does not pass. */
export const OURS = 'SELECT 1 FROM "sites" LIMIT 1';
