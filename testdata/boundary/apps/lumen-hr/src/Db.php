<?php

namespace Leave;

use PDO;

final class Db
{
    public static function open(): PDO
    {
        return new PDO(getenv('DATABASE_DSN'), getenv('DATABASE_USER'), getenv('DATABASE_PASSWORD'), [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION]);
    }
}
