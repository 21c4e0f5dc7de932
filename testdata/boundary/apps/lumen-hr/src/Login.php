<?php

namespace Leave;

use PDO;
use Psr\Http\Message\ResponseInterface;
use Psr\Http\Message\ServerRequestInterface;

final class Login
{
    public function __invoke(ServerRequestInterface $request, ResponseInterface $response): ResponseInterface
    {
        $in = $request->getParsedBody();
        $find = Db::open()->prepare('select id, hash from employee where email = ? and left_on is null');
        $find->execute([strtolower($in['email'])]);
        $row = $find->fetch(PDO::FETCH_ASSOC);
        if (! $row || ! password_verify($in['password'], $row['hash'])) {
            return $response->withStatus(401);
        }
        session_regenerate_id(true);
        $_SESSION['employee'] = $row['id'];

        return $response->withStatus(303)->withHeader('Location', '/requests');
    }
}
