import { AgentEntity } from './entities/AgentEntity.ts';
import { AuditEntity } from './entities/AuditEntity.ts';
import { CallEntity } from './entities/CallEntity.ts';
import { CustomerEntity } from './entities/CustomerEntity.ts';
import { SiteEntity } from './entities/SiteEntity.ts';
import { TokenEntity } from './entities/TokenEntity.ts';
import { VisitorEntity } from './entities/VisitorEntity.ts';
import { CreateTables1764000000000 } from './migrations/CreateTables1764000000000.ts';

export const entities = [SiteEntity, AgentEntity, TokenEntity, CustomerEntity, VisitorEntity, CallEntity, AuditEntity];

/** In the order of their times; one that has been released is never changed. */
export const migrations = [CreateTables1764000000000];
