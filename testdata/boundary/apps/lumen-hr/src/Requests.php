<?php

namespace Leave;

use GuzzleHttp\Client;
use PDO;
use Psr\Http\Message\ResponseInterface;
use Psr\Http\Message\ServerRequestInterface;

final class Requests
{
    public function create(ServerRequestInterface $request, ResponseInterface $response): ResponseInterface
    {
        $in = $request->getParsedBody();
        Db::open()->prepare('insert into request (employee, from_day, to_day, text) values (?, ?, ?, ?)')
            ->execute([$_SESSION['employee'], $in['from'], $in['to'], $in['text']]);

        return $response->withStatus(201);
    }

    public function all(ServerRequestInterface $request, ResponseInterface $response): ResponseInterface
    {
        $response->getBody()->write(json_encode(Db::open()->query('select from_day, to_day, text from request')->fetchAll(PDO::FETCH_ASSOC)));

        return $response->withHeader('Content-Type', 'application/json');
    }

    public function reword(ServerRequestInterface $request, ResponseInterface $response): ResponseInterface
    {
        $reply = (new Client)->post('https://api.anthropic.com/v1/messages', [
            'headers' => ['x-api-key' => getenv('ANTHROPIC_ADMIN_KEY'), 'anthropic-version' => '2023-06-01'],
            'json' => ['model' => 'claude-3-5-haiku-latest', 'max_tokens' => 300, 'messages' => [['role' => 'user', 'content' => 'Politely: '.$request->getParsedBody()['text']]]],
        ]);
        $response->getBody()->write(json_decode($reply->getBody(), true)['content'][0]['text']);

        return $response;
    }
}
