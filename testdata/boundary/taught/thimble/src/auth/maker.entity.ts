import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

@Entity()
export class Maker {
  @PrimaryGeneratedColumn('uuid') id: string;
  @Column({ unique: true }) email: string;
  @Column() hash: string;
  @Column('uuid') studio: string;
  @Column('text', { array: true, default: '{}' }) roles: string[];
}
